"""Notes for a clip: small pieces of music drawn by chance, in beats and MIDI keys."""

from dataclasses import dataclass

import numpy as np

from bundled_model.data.attributes import BEATS_PER_MINUTE, Register, Style, Tempo

SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), (0, 3, 5, 7, 10))
"""Steps of major, minor and the two pentatonic scales, in semitones above the tonic."""

REGISTER_PLACE = {Register.LOW: 0.12, Register.MIDDLE: 0.5, Register.HIGH: 0.88}
"""Where in the instrument's range the notes centre."""

KICK, SNARE, CLOSED_HAT, OPEN_HAT, CRASH = 36, 38, 42, 46, 49
TOMS = (45, 47, 50)


@dataclass(frozen=True)
class Note:
    """One note: start and length in seconds, MIDI key, velocity 1 to 127."""

    start_s: float
    length_s: float
    key: int
    velocity: int


@dataclass(frozen=True)
class Composer:
    """Composes for one clip.

    Attributes:
        rng: Source of chance.
        tempo: Decides the length of a beat.
        duration_s: Notes begin before this time.
    """

    rng: np.random.Generator
    tempo: Tempo
    duration_s: float

    def notes(self, style: Style, register: Register, keys: tuple[int, int]) -> list[Note]:
        """Return the notes of an instrument whose range is `keys`."""
        scale = self._scale(register, keys)
        composers = {
            Style.MELODY: self._melody,
            Style.CHORDS: self._chords,
            Style.ARPEGGIO: self._arpeggio,
            Style.LONG_NOTE: self._long_note,
            Style.RHYTHM: self._rhythm,
        }
        return composers[style](scale, self._beat_s())

    def drums(self, keys: tuple[int, ...]) -> list[Note]:
        """Return a beat for a whole kit, or for the drums `keys` alone."""
        beat_s = self._beat_s()
        return self._rhythm(list(keys), beat_s) if keys else self._kit(beat_s)

    def _beat_s(self) -> float:
        return 60 / self.rng.uniform(*BEATS_PER_MINUTE[self.tempo])

    def _scale(self, register: Register, keys: tuple[int, int]) -> list[int]:
        """Return about one octave of a random scale around the register's place."""
        lowest, highest = keys
        centre = lowest + REGISTER_PLACE[register] * (highest - lowest)
        tonic = int(self.rng.integers(12))
        steps = SCALES[self.rng.integers(len(SCALES))]
        return [
            key
            for key in range(lowest, highest + 1)
            if abs(key - centre) <= 7 and (key - tonic) % 12 in steps
        ]

    def _velocity(self) -> int:
        return int(self.rng.integers(72, 118))

    def _melody(self, scale: list[int], beat_s: float) -> list[Note]:
        """Walk by small steps through the scale, in beats, halves and doubles."""
        notes, start_s = [], 0.0
        place = int(self.rng.integers(len(scale)))
        while start_s < self.duration_s:
            length_s = beat_s * self.rng.choice((0.5, 1.0, 1.0, 1.0, 2.0))
            notes.append(Note(start_s, 0.92 * length_s, scale[place], self._velocity()))
            place = int(np.clip(place + self.rng.integers(-2, 3), 0, len(scale) - 1))
            start_s += length_s
        return notes

    def _triad(self, scale: list[int]) -> list[int]:
        """Return every second key of the scale, three of them, from a random root."""
        root = int(self.rng.integers(max(1, len(scale) - 4)))
        return scale[root : root + 5 : 2]

    def _chords(self, scale: list[int], beat_s: float) -> list[Note]:
        """Strike a triad every other beat."""
        step_s = 2 * beat_s
        return [
            Note(start_s, 0.95 * step_s, key, velocity)
            for start_s in np.arange(0, self.duration_s, step_s)
            for velocity in (self._velocity(),)
            for key in self._triad(scale)
        ]

    def _arpeggio(self, scale: list[int], beat_s: float) -> list[Note]:
        """Break triads into a run of half beats, a new triad every second beat."""
        notes, step_s = [], beat_s / 2
        chord = self._triad(scale)
        for number, start_s in enumerate(np.arange(0, self.duration_s, step_s)):
            if number % 4 == 0:
                chord = self._triad(scale)
            key = chord[(0, 1, 2, 1)[number % 4] % len(chord)]
            notes.append(Note(start_s, step_s, key, self._velocity()))
        return notes

    def _long_note(self, scale: list[int], beat_s: float) -> list[Note]:
        """Hold one note through the clip."""
        del beat_s
        key = scale[self.rng.integers(len(scale))]
        return [Note(0.0, self.duration_s, key, self._velocity())]

    def _rhythm(self, keys: list[int], beat_s: float) -> list[Note]:
        """Repeat a bar of eight half beats on one to three of the keys."""
        played = self.rng.choice(keys, size=min(3, len(keys)), replace=False)
        hits = self.rng.random(8) < 0.6
        hits[0] = True
        bar = [int(self.rng.choice(played)) for _ in range(8)]
        return [
            Note(start_s, 0.5 * beat_s, bar[number % 8], self._velocity())
            for number, start_s in enumerate(np.arange(0, self.duration_s, beat_s / 2))
            if hits[number % 8]
        ]

    def _kit(self, beat_s: float) -> list[Note]:
        """Play kick on one and three, snare on two and four, hats between, a fill at times."""
        notes = [Note(0.0, 0.5, CRASH, 90)] if self.rng.random() < 0.3 else []
        extra_kicks = self.rng.random(8) < 0.25
        for number, start_s in enumerate(np.arange(0, self.duration_s, beat_s / 2)):
            half = number % 8
            drums = [CLOSED_HAT if half != 7 else OPEN_HAT]
            if half in (0, 4) or extra_kicks[half]:
                drums.append(KICK)
            if half in (2, 6):
                drums.append(SNARE)
            elif half == 7 and self.rng.random() < 0.4:
                drums.append(int(self.rng.choice(TOMS)))
            notes += [Note(start_s, 0.25, drum, self._velocity()) for drum in drums]
        return notes
