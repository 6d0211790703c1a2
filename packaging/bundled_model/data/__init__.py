"""Sounds with known content: concepts, attributes, sources, and their rendering to log-mels."""
