"""Who the members are to the shop: segments, scores of what is foreseen of each, and a portrait of one."""
