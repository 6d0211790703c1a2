"""The spectrogram and what is drawn over it: tiles, selection, play head, preview."""
