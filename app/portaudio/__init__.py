"""PortAudio, which playback and recording share: its thread, buffers, lost devices."""
