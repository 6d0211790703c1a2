"""Sounds with known content: concepts, attributes, sources, their rendering and their mixing."""
