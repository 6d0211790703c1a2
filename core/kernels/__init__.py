"""Convolutions and other products in forms that are faster on a processor."""
