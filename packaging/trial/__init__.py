"""Tries a built Tessera the way a stranger's machine would."""
