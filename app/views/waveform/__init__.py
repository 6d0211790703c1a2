"""The waveform of the sound: a lane for each channel."""
