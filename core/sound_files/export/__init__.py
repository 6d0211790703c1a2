"""Exports a take: a stretch of it, shaped, at a level, in a format."""
