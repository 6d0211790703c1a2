"""Two or three recordings at once, each at its own level, and repeated within a clip.

Mixing by level follows Tokozume et al. (2018, "Learning from Between-class Examples"), as TANGO
does (Ghosal et al., 2023): a listener must hear every part, so what is mixed is weighed by
sound pressure and not by amplitude.
"""

from collections.abc import Sequence

import numpy as np

from bundled_model.data.augmentation import Waveform, faded
from bundled_model.data.clip import CLIP_SAMPLES, SAMPLE_RATE

AUDIBLE_DB = 40.0
BACKGROUND_DB = (-14.0, -8.0)
"""Level of a part that a caption puts into the background, against the first."""
EQUAL_DB = (-4.0, 4.0)
LONGEST_GAP_S = 1.5
FRAME = 400


def sounding_level_db(waveform: Waveform) -> float:
    """Return the level of what is not silence, in dB against full scale."""
    frames = np.pad(waveform, (0, -len(waveform) % FRAME)).reshape(-1, FRAME)
    energy = np.square(frames, dtype=np.float64).mean(axis=1)
    loud = energy[energy >= energy.max() * 10 ** (-AUDIBLE_DB / 10)]
    return float(10 * np.log10(loud.mean() + 1e-12))


def mixed_by_level(parts: Sequence[Waveform], levels_db: Sequence[float]) -> Waveform:
    """Return the sum of waveforms (n,) whose sounding levels are so many dB from the first's.

    The sum keeps the first part's level as long as nothing passes full scale.
    """
    reference = sounding_level_db(parts[0]) - levels_db[0]
    total = np.zeros(max(len(part) for part in parts))
    for part, level_db in zip(parts, levels_db, strict=True):
        gain_db = reference + level_db - sounding_level_db(part)
        total[: len(part)] += part * 10 ** (gain_db / 20)
    return (total / max(1.0, np.abs(total).max() / 0.99)).astype(np.float32)


def drawn_levels(rng: np.random.Generator, parts: int, is_background: bool) -> tuple[float, ...]:
    """Draw the levels of the parts: the others about equal, or all in the background."""
    bounds = BACKGROUND_DB if is_background else EQUAL_DB
    return (0.0, *(float(rng.uniform(*bounds)) for _ in range(parts - 1)))


def filled(waveform: Waveform, rng: np.random.Generator, samples: int = CLIP_SAMPLES) -> Waveform:
    """Return a clip of `samples`: a piece of a long sound, a short one perhaps again and again.

    A third of the short sounds are heard once, with silence before and after.
    """
    if len(waveform) >= samples:
        start = int(rng.integers(len(waveform) - samples + 1))
        return faded(waveform[start : start + samples])
    out = np.zeros(samples, dtype=np.float32)
    start = int(rng.integers(samples - len(waveform) + 1))
    if rng.random() < 1 / 3:
        out[start : start + len(waveform)] = waveform
        return out
    gap = int(rng.uniform(0, LONGEST_GAP_S) * SAMPLE_RATE)
    start = int(rng.integers(min(start, gap) + 1))
    while start < samples:
        piece = waveform[: samples - start]
        out[start : start + len(piece)] += piece
        start += max(len(waveform), FRAME) + int(gap * rng.uniform(0.7, 1.3))
    return faded(out)
