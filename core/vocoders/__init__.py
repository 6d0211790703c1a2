"""Vocoders: log-mel frames to samples, chunk by chunk."""
