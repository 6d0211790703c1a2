"""Recordings that are the same but for their names, their level or their file format."""

from collections.abc import Iterator, Sequence

import numpy as np

from bundled_model.data.recordings.measures import Measures

COPY_DISTANCE = 0.12
"""Nepers between fingerprints (root mean square) below which an ear hears one sound."""
VARIANT_DISTANCE = 0.45
"""And below which two clips may be cut from the same recording."""
LENGTH_RATIO = 1.06


def close_pairs(measures: Sequence[Measures], distance: float) -> Iterator[tuple[int, int, float]]:
    """Yield the places of clips of about one length whose fingerprints are close, and how close.

    Clips are compared within windows of the order by length, so that a few thousand of them
    take seconds.
    """
    if not measures:
        return
    lengths = np.array([clip.sounding_s for clip in measures])
    prints = np.stack([clip.fingerprint.ravel() for clip in measures])
    order = np.argsort(lengths, kind="stable")
    ends = np.searchsorted(lengths[order], lengths[order] * LENGTH_RATIO, side="right")
    for place, end in enumerate(ends):
        rivals = order[place + 1 : end]
        difference = prints[rivals] - prints[order[place]]
        distances = np.sqrt((difference**2).mean(axis=1))
        for rival in np.flatnonzero(distances <= distance):
            first, second = sorted((int(order[place]), int(rivals[rival])))
            yield first, second, float(distances[rival])


def copies(measures: Sequence[Measures]) -> dict[int, int]:
    """Return the places of clips that copy an earlier one, with the earlier place."""
    copied: dict[int, int] = {}
    for first, second, _ in sorted(close_pairs(measures, COPY_DISTANCE)):
        if first not in copied:
            copied.setdefault(second, first)
    return copied
