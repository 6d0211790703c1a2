"""Playing: transport, scrubbing, sound devices, the waveform's peaks."""
