"""Coupons where the domains meet: the offers file says what one is worth, ``coupons`` who has it, the log what
happened. One verb a file."""
