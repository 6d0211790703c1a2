"""The command line: what can be typed, and what it does without a window."""
