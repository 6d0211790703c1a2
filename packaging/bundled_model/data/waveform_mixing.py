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


def in_sequence(first: Waveform, second: Waveform, change: int) -> Waveform:
    """Return the first sound up to sample `change`, then the second, each from where it begins.

    Args:
        first: A clip (n,).
        second: Another of the same length, which is brought to the first one's level.
        change: Where the second begins; the first fades out before it.
    """
    gain_db = sounding_level_db(first) - sounding_level_db(second)
    louder = (second * 10 ** (gain_db / 20)).astype(np.float32)
    begun = faded(first[_onset(first) :][:change])
    then = louder[_onset(second) :][: len(first) - change]
    out = np.zeros(len(first), dtype=np.float32)
    out[: len(begun)] = begun
    out[change : change + len(then)] = faded(then)
    return (out / max(1.0, np.abs(out).max() / 0.99)).astype(np.float32)


def _onset(waveform: Waveform) -> int:
    """Return the start of the frame before the first one near the loudest in energy."""
    frames = np.pad(waveform, (0, -len(waveform) % FRAME)).reshape(-1, FRAME)
    energy = np.square(frames, dtype=np.float64).mean(axis=1)
    loud = np.flatnonzero(energy >= energy.max() * 10 ** (-AUDIBLE_DB / 20))
    return max(0, int(loud[0]) - 1) * FRAME if len(loud) else 0


def filled(
    waveform: Waveform,
    rng: np.random.Generator,
    samples: int = CLIP_SAMPLES,
    *,
    is_repeated: bool = True,
) -> Waveform:
    """Return a clip of `samples`: a piece of a long sound, a short one once or again and again."""
    if len(waveform) >= samples:
        start = int(rng.integers(len(waveform) - samples + 1))
        return faded(waveform[start : start + samples])
    out = np.zeros(samples, dtype=np.float32)
    start = int(rng.integers(samples - len(waveform) + 1))
    if not is_repeated:
        out[start : start + len(waveform)] = waveform
        return out
    gap = int(rng.uniform(0, LONGEST_GAP_S) * SAMPLE_RATE)
    start = int(rng.integers(min(start, gap) + 1))
    while start < samples:
        piece = waveform[: samples - start]
        out[start : start + len(piece)] += piece
        start += max(len(waveform), FRAME) + int(gap * rng.uniform(0.7, 1.3))
    return faded(out)
