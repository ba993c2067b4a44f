"""Insight's pages: the ten numbers, a page for each family of measures, and the explorer."""
