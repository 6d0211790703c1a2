"""Ranks, each a process with a device of its own, that work on one clip together."""
