"""Leaves out what an ear would: silence, clipping, fragments, sounds unlike their label."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bundled_model.data.recordings.catalogue import Reason
from bundled_model.data.recordings.measures import Measures
from bundled_model.data.recordings.recorded_concepts import Nature

SOFTEST_DB = -70.0
"""Below it a file holds nothing but the noise of its format."""
SHORTEST_S = 0.05
MOST_CLIPPED = 0.02
LONGEST_STRIKE_S = 0.8
"""A shorter sound is one strike, however even it is."""
FEWEST_TO_COMPARE = 8
FARTHEST = 6.0
"""Deviations from the middle of a concept, in medians of the others' deviations."""
FEWEST_NEIGHBOURS = 2


def fault(clip: Measures) -> Reason | None:
    """Return what is wrong with a clip whatever it is a clip of, or None."""
    if clip.level_db < SOFTEST_DB:
        return Reason.SILENT
    if clip.sounding_s < SHORTEST_S:
        return Reason.TOO_SHORT
    if clip.clipped_share > MOST_CLIPPED:
        return Reason.CLIPPED
    return None


def contradicts(clip: Measures, nature: Nature) -> bool:
    """Tell whether a clip cannot be of a concept of this nature.

    The bounds are wide: they find a tone among hisses, a hum among strikes, not a bad hiss.
    """
    match nature:
        case Nature.NOISE:
            return clip.tonality > 0.8
        case Nature.TONE:
            return clip.tonality < 0.5
        case Nature.STRIKE:
            return clip.swing_db < 6 and clip.sounding_s > LONGEST_STRIKE_S
        case Nature.VOICE:
            return clip.tonality < 0.25
        case Nature.ANY:
            return False


def outliers(clips: Sequence[Measures], concepts: Sequence[str], keys: Sequence[str]) -> list[int]:
    """Return the places of clips far from the middle of their concept's spectra, and alone there.

    The middle is the median over recordings, of which each counts once, whatever the number of
    its variants; the distance is compared with the median distance, so that few wild clips do not
    move the bound. Far clips that are closer to each other than to the middle are another kind
    of the same thing. Concepts of few recordings have no middle.

    Args:
        clips: Measures of every clip.
        concepts: Their concepts.
        keys: The same for all variants of one recording.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, concept in enumerate(concepts):
        places[concept].append(place)
    far: list[int] = []
    for members in places.values():
        bands = np.stack([clips[place].bands for place in members])
        recordings = _by_recording(bands, [keys[place] for place in members])
        if len(recordings) >= FEWEST_TO_COMPARE:
            far += [members[row] for row in _far_rows(bands, recordings)]
    return sorted(far)


def _by_recording(bands: NDArray[np.float32], keys: Sequence[str]) -> NDArray[np.float32]:
    """Return the mean bands of each recording."""
    key_rows: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        key_rows[key].append(row)
    return np.stack([bands[rows].mean(axis=0) for rows in key_rows.values()])


def _far_rows(bands: NDArray[np.float32], recordings: NDArray[np.float32]) -> list[int]:
    """Return the rows of clips that are far from the middle of the recordings, and alone."""
    centre = np.median(recordings, axis=0)
    usual = _distances(recordings, centre)
    middle = np.median(usual)
    spread = np.median(np.abs(usual - middle)) + 0.05
    distances = _distances(bands, centre)
    far = np.flatnonzero((distances - middle) / spread > FARTHEST)
    return [
        int(row)
        for row in far
        if np.sum(_distances(bands, bands[row]) < distances[row] / 2) <= FEWEST_NEIGHBOURS
    ]


def _distances(bands: NDArray[np.float32], point: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the root mean square difference of each row from a point."""
    return np.sqrt(((bands - point) ** 2).mean(axis=1))
