"""Convolutions in forms that take a processor less time."""
