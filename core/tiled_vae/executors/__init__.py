"""The ways to run a task queue tile by tile: exact, padded and streaming."""
