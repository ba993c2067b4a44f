"""From a cart to a paid order: its price, what is set aside for it, and how that ends.

``quote`` prices a cart for the customer whose it is. ``reserve`` keeps the price and sets aside what it needs,
``settle`` commits, cancels or lets it expire, ``confirm`` follows the orders and refunds that the shop reports.
"""
