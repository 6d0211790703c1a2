"""Playback: from the engine's samples to the sound device, independent of the window."""
