"""Tessera's engine, from a prompt to a waveform, without Qt; start reading at `core.engine`."""
