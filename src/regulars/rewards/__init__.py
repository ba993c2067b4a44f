"""What points were given for: gifts redeemed, and points donated to charity projects."""
