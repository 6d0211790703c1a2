"""The middle of the window: header, spectrogram, overview and transport bar."""
