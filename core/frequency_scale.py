"""Frequency scales: where on the axis of a picture a frequency lies.

Whatever the scale, a frequency in Hz means the same. Places on an axis are only for drawing.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from core.mel_scale import MelParams, edge_to_hz, hz_to_bin

LOWEST_LOG_HZ = 20.0
"""Where a logarithmic axis begins; what is lower lies at its foot."""

Band = tuple[float, float]
"""Lower and upper edge in Hz."""


class FrequencyScale(Protocol):
    """Maps places on an axis, from 0 at its foot to `height`, to frequencies and back.

    `place_of` and `hz_at` are inverse to each other, and both stay on the axis. The foot of a mel
    axis stands for all below its first bin's centre, and so does that of a logarithmic one for all
    below its lowest frequency.
    """

    @property
    def height(self) -> float:
        """The length of the axis, in places."""

    @property
    def highest_hz(self) -> float:
        """The frequency at its top; that at its foot is 0."""

    @property
    def least_places(self) -> float:
        """The thinnest band that can be chosen, and the least that can be shown of the axis."""

    def hz_at(self, place: float) -> float:
        """The frequency at a place."""

    def place_of(self, hz: float) -> float:
        """The place of a frequency."""

    def snapped(self, place: float) -> float:
        """The nearest place at which a band can end."""

    def band_between(self, one: float, other: float) -> Band:
        """The band that two places choose, at least as thin as can be."""


@dataclass(frozen=True, slots=True)
class MelFrequencies:
    """A log-mel spectrogram's own axis: a place is a mel bin, and bands consist of whole bins."""

    params: MelParams

    @property
    def height(self) -> float:
        """The number of mel bins."""
        return float(self.params.n_mels)

    @property
    def highest_hz(self) -> float:
        """The upper edge of the last bin."""
        return self.params.fmax

    @property
    def least_places(self) -> float:
        """One bin."""
        return 1.0

    def hz_at(self, place: float) -> float:
        """The frequency at a place; a bin's centre is half a bin above its edge."""
        return float(edge_to_hz(place, self.params))

    def place_of(self, hz: float) -> float:
        """The place of a frequency."""
        if hz <= self.params.fmin or hz >= self.params.fmax:
            return 0.0 if hz <= self.params.fmin else self.height
        return min(max(hz_to_bin(hz, self.params) + 0.5, 0.0), self.height)

    def snapped(self, place: float) -> float:
        """The nearest edge of a bin."""
        return float(min(max(round(place), 0), self.params.n_mels))

    def band_between(self, one: float, other: float) -> Band:
        """All bins that are touched."""
        low, high = sorted(min(max(place, 0.0), self.height) for place in (one, other))
        first = min(int(low), self.params.n_mels - 1)
        return self.hz_at(first), self.hz_at(max(first, min(int(high), self.params.n_mels - 1)) + 1)


@dataclass(frozen=True, slots=True)
class LinearFrequencies:
    """An axis on which equal distances are equal differences: a place is a frequency in Hz."""

    highest_hz: float

    @property
    def height(self) -> float:
        """The highest frequency."""
        return self.highest_hz

    @property
    def least_places(self) -> float:
        """A five-hundredth of the axis."""
        return self.height / 500

    def hz_at(self, place: float) -> float:
        """The place itself, on the axis."""
        return min(max(place, 0.0), self.highest_hz)

    def place_of(self, hz: float) -> float:
        """The frequency itself, on the axis."""
        return self.hz_at(hz)

    def snapped(self, place: float) -> float:
        """Any place on the axis."""
        return self.hz_at(place)

    def band_between(self, one: float, other: float) -> Band:
        """What lies between two places."""
        return _band_between(self, one, other)


@dataclass(frozen=True, slots=True)
class LogFrequencies:
    """An axis on which equal distances are equal intervals: a place is an octave above 20 Hz.

    Its foot stands for all that is lower, down to 0 Hz.
    """

    highest_hz: float

    @property
    def height(self) -> float:
        """The number of octaves."""
        return math.log2(self.highest_hz / LOWEST_LOG_HZ)

    @property
    def least_places(self) -> float:
        """A semitone."""
        return 1 / 12

    def hz_at(self, place: float) -> float:
        """The frequency at a place."""
        if place <= 0 or place >= self.height:
            return 0.0 if place <= 0 else self.highest_hz
        return float(LOWEST_LOG_HZ * 2**place)

    def place_of(self, hz: float) -> float:
        """The place of a frequency."""
        return math.log2(min(max(hz, LOWEST_LOG_HZ), self.highest_hz) / LOWEST_LOG_HZ)

    def snapped(self, place: float) -> float:
        """Any place on the axis."""
        return min(max(place, 0.0), self.height)

    def band_between(self, one: float, other: float) -> Band:
        """What lies between two places."""
        return _band_between(self, one, other)


def _band_between(scale: FrequencyScale, one: float, other: float) -> Band:
    low, high = sorted(map(scale.snapped, (one, other)))
    low = min(low, scale.height - scale.least_places)
    return scale.hz_at(low), scale.hz_at(max(high, low + scale.least_places))


def moved_edge(band: Band, scale: FrequencyScale, *, is_upper: bool, by: float) -> Band:
    """Return a band with one edge moved along an axis, but not past the opposite edge."""
    low, high = map(scale.place_of, band)
    least = scale.least_places
    if is_upper:
        place = max(scale.snapped(high + by), min(scale.snapped(low) + least, scale.height))
        return band[0], scale.hz_at(place)
    place = min(scale.snapped(low + by), max(scale.snapped(high) - least, 0.0))
    return scale.hz_at(place), band[1]


def dragged_edge(fixed_hz: float, place: float, scale: FrequencyScale) -> Band:
    """Return the band from an edge that stays to a place, which may be on either side of it."""
    fixed, dragged = scale.place_of(fixed_hz), scale.snapped(place)
    if abs(dragged - fixed) < scale.least_places:
        rises = dragged >= fixed and fixed + scale.least_places <= scale.height
        dragged = fixed + scale.least_places * (1 if rises else -1)
    low_hz, high_hz = sorted((fixed_hz, scale.hz_at(dragged)))
    return low_hz, high_hz
