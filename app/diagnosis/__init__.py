"""Finds out what is wrong with an installation, and says it without anything private."""
