"""Hearing the take: from samples of the engine to the sound device, without the window."""
