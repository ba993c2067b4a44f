"""The programme language: what settings come to mean, exactly."""
