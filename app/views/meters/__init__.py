"""Meters: level, clip lamp, loudness, and how far the engine is ahead of the play head."""
