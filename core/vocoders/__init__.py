"""From log-mel frames to samples, chunk by chunk."""
