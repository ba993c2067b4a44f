"""Groups of members who buy together, and the places in them."""
