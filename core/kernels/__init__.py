"""Convolutions in forms that are faster on a processor."""
