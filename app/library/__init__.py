"""Everything that was finished, and everything that waits, kept on disk."""
