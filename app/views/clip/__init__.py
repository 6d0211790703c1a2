"""What every picture of the clip shares: time axis, zoom, selection, play head."""
