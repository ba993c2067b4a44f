"""Who invited whom: invite codes, referrals and what became of them, and the keyed marks by which two people are found
to be one."""
