"""Who the members are to the shop: segments, and what is foreseen of each."""
