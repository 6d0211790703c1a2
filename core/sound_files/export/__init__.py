"""Saving a take: which stretch, how shaped, how loud, in which format."""
