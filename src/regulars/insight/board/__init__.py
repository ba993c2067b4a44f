"""What people set on insight's pages: targets of the ten numbers, and views of the explorer that have a name."""
