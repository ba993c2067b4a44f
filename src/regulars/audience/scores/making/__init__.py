"""Making scores: needs the lake, numpy and the models, so only ``regulars scores`` imports it, never the web process."""
