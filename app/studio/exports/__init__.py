"""Sounds on their way out of the window: files, pictures, drags and copies."""
