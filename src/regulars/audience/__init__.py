"""Who members are as customers: groups of them, and what each is worth, how likely to leave, and best met with."""
