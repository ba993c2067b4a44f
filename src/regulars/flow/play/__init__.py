"""Games: publishing them, playing them, what was won, and how anybody can check a draw. No tables of its own."""
