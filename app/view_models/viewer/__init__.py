"""What the spectrogram viewer shows: levels, tiles, selection, previews."""
