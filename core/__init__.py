"""Tessera's engine: from a prompt to a waveform, without a screen.

Nothing here imports Qt. Start reading at `core.engine`.
"""
