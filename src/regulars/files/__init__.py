"""Files of settings (YAML): read exactly, checked with line-numbered problems, compared setting by setting."""
