"""Making scores: wants the lake, numpy and the models. Only ``regulars scores`` imports it, never the web process."""
