"""Variants of a recording that an ear still calls by the same name.

Every function takes a waveform (n,) of float32 at 16 kHz and returns a new one.
"""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from bundled_model.data.clip import SAMPLE_RATE

Waveform = NDArray[np.float32]

FRAME, HOP = 1024, 256
REVERBERATION_S = (0.15, 1.8)
SPEED = (0.85, 1.18)
PITCH_SEMITONES = (-3.0, 3.0)
NOISE_DB = (-50.0, -25.0)
NEAR, FAR = 1.0, 30.0
"""Distances in metres that are drawn between, evenly on a scale of ratios."""
FADE_S = 0.008


def changed_speed(waveform: Waveform, ratio: float) -> Waveform:
    """Play faster (ratio above one) or slower, with the pitch following, like a tape."""
    return soxr.resample(waveform, SAMPLE_RATE * ratio, SAMPLE_RATE).astype(np.float32)


def changed_tempo(waveform: Waveform, ratio: float) -> Waveform:
    """Play faster or slower at the same pitch: overlapping pieces, moved to where they fit.

    Waveform similarity overlap-add (Verhelst and Roelands, 1993) with pieces of 64 ms.
    """
    if len(waveform) < 3 * FRAME:
        return waveform.copy()
    window = np.hanning(FRAME + 1)[:-1].astype(np.float32)
    step, pieces = FRAME // 2, int((len(waveform) / ratio - FRAME) // (FRAME // 2))
    out = np.zeros(pieces * step + FRAME, dtype=np.float32)
    place = 0
    for piece in range(pieces):
        wanted = min(int(piece * step * ratio), len(waveform) - FRAME)
        place = _best_place(waveform, place + step, wanted) if piece else 0
        out[piece * step : piece * step + FRAME] += window * waveform[place : place + FRAME]
    return out[: int(len(waveform) / ratio)]


def _best_place(waveform: Waveform, following: int, wanted: int) -> int:
    """Return the place near `wanted` whose piece continues the one that went before."""
    first = max(0, wanted - HOP)
    last = min(len(waveform) - FRAME, wanted + HOP)
    target = waveform[following : following + FRAME]
    if len(target) < FRAME or last <= first:
        return min(max(wanted, 0), len(waveform) - FRAME)
    searched = waveform[first : last + FRAME]
    likeness = np.correlate(searched, target, mode="valid")
    return first + int(np.argmax(likeness))


def changed_pitch(waveform: Waveform, semitones: float) -> Waveform:
    """Raise or lower the pitch and keep the length: another speed, then another tempo."""
    ratio = 2 ** (semitones / 12)
    return changed_tempo(changed_speed(waveform, ratio), 1 / ratio)


def in_room(waveform: Waveform, rng: np.random.Generator, reverberation_s: float) -> Waveform:
    """Put the sound into a room whose echoes fall by 60 dB in `reverberation_s`.

    The impulse response is noise that decays, with a few early echoes before it; the sound gets
    longer by it.
    """
    t = np.arange(int(reverberation_s * SAMPLE_RATE)) / SAMPLE_RATE
    response = rng.normal(size=len(t)) * 10 ** (-3 * t / reverberation_s) * 0.04
    for delay_s in rng.uniform(0.003, 0.04, 5):
        response[min(len(response) - 1, int(delay_s * SAMPLE_RATE))] += rng.uniform(-0.3, 0.3)
    response[0] = 1
    return fftconvolve(waveform, response).astype(np.float32)


def at_distance(waveform: Waveform, rng: np.random.Generator, metres: float) -> Waveform:
    """Move the sound away: softer by the distance, duller by the air, more echo than sound."""
    cutoff = float(np.clip(7500 / (1 + metres / 12), 800, 7500))
    dull = sosfilt(butter(2, cutoff, output="sos", fs=SAMPLE_RATE), waveform)
    wet = in_room(dull, rng, 0.6)[: len(waveform)]
    share = min(0.8, metres / 40)
    return (((1 - share) * dull + share * wet) / max(1.0, metres)).astype(np.float32)


def with_noise(waveform: Waveform, rng: np.random.Generator, level_db: float) -> Waveform:
    """Add noise that falls towards high frequencies, so many dB against the sound's level."""
    spectrum = np.fft.rfft(rng.normal(size=len(waveform)))
    spectrum /= np.sqrt(np.arange(1, len(spectrum) + 1))
    noise = np.fft.irfft(spectrum, len(waveform))
    gain = _rms(waveform) / max(1e-9, _rms(noise)) * 10 ** (level_db / 20)
    return (waveform + gain * noise).astype(np.float32)


def at_level(waveform: Waveform, level_db: float) -> Waveform:
    """Set the root mean square against full scale; lower where the peak would pass it."""
    gain = 10 ** (level_db / 20) / max(1e-9, _rms(waveform))
    peak = float(np.abs(waveform).max(initial=1e-9))
    return (waveform * min(gain, 0.99 / peak)).astype(np.float32)


def faded(waveform: Waveform) -> Waveform:
    """Let the sound begin and end without a click."""
    edge = min(int(FADE_S * SAMPLE_RATE), len(waveform) // 2)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    out = waveform.copy()
    out[:edge] *= ramp
    out[len(out) - edge :] *= ramp[::-1]
    return out


@dataclass(frozen=True)
class Variation:
    """How one variant differs from its recording.

    Attributes:
        speed: Ratio of playing speed, with the pitch.
        semitones: Further change of pitch alone.
        reverberation_s: The room's, or None without one.
        metres: Distance.
        noise_db: Noise against the sound, or None without any.
    """

    speed: float
    semitones: float
    reverberation_s: float | None
    metres: float
    noise_db: float | None

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Variation":
        """Draw a variation; each change is left out in part of the draws."""
        return cls(
            speed=rng.uniform(*SPEED) if rng.random() < 0.6 else 1.0,
            semitones=rng.uniform(*PITCH_SEMITONES) if rng.random() < 0.3 else 0.0,
            reverberation_s=rng.uniform(*REVERBERATION_S) if rng.random() < 0.35 else None,
            metres=float(NEAR * (FAR / NEAR) ** rng.random()) if rng.random() < 0.2 else NEAR,
            noise_db=rng.uniform(*NOISE_DB) if rng.random() < 0.25 else None,
        )

    @property
    def is_distant(self) -> bool:
        """Whether a caption may say that the sound is far away."""
        return self.metres > 12

    def applied(self, waveform: Waveform, rng: np.random.Generator) -> Waveform:
        """Return the variant, without a click at its edges."""
        if self.speed != 1:
            waveform = changed_speed(waveform, self.speed)
        if self.semitones:
            waveform = changed_pitch(waveform, self.semitones)
        if self.metres > NEAR:
            waveform = at_distance(waveform, rng, self.metres)
        elif self.reverberation_s is not None:
            waveform = in_room(waveform, rng, self.reverberation_s)
        if self.noise_db is not None:
            waveform = with_noise(waveform, rng, self.noise_db)
        return faded(waveform)


def _rms(waveform: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))) if len(waveform) else 0.0
