"""Bands of whole mel bins in Hz, as a drag over a log-mel spectrogram chooses them."""

from core.frequency_scale import Band, MelFrequencies
from core.mel_scale import MelParams

MEL = MelFrequencies(MelParams())


def mel_band(first: int, stop: int) -> Band:
    """The edges of bins from the first up to, not including, the last."""
    return MEL.hz_at(first), MEL.hz_at(stop)
