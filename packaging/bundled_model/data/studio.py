"""From the plan of a clip to its waveform."""

import shutil
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bundled_model.data.attributes import BEATS_PER_MINUTE, HIGHEST_PEAK, LEVEL_DB
from bundled_model.data.augmentation import Waveform, faded, in_room
from bundled_model.data.clip import CLIP_SAMPLES, SAMPLE_RATE
from bundled_model.data.concepts import (
    CONCEPTS,
    Drums,
    Instrument,
    Samples,
    SoundEffect,
    Source,
    Synthesis,
    Voice,
)
from bundled_model.data.effects import EFFECTS
from bundled_model.data.planning import ClipPlan, Excerpt
from bundled_model.data.recordings.library import NO_RECORDINGS, Library
from bundled_model.data.samples import SAMPLES_FOLDER, play_samples
from bundled_model.data.score import Composer, Note
from bundled_model.data.soundfont import SOUND_FONT, SoundFontPlayer
from bundled_model.data.speech import speak
from bundled_model.data.waveform_mixing import filled, sounding_level_db

LONGEST_EXCERPT = int(1.35 * CLIP_SAMPLES)
"""Samples of a long recording that are used: enough for a clip at the highest speed."""
ROOM_SHARE, ROOM_S = 0.25, (0.2, 1.5)
LONGEST_LEAD_S = 0.8
"""Half of the clips begin in the middle of things: this much may be left out at their start."""


def available_sources() -> tuple[type[Source], ...]:
    """Return the kinds of source this machine has; computed sounds are always there."""
    sources: list[type[Source]] = [Synthesis]
    if SOUND_FONT.exists():
        sources += [Instrument, Drums, SoundEffect]
    if SAMPLES_FOLDER.is_dir():
        sources.append(Samples)
    if shutil.which("espeak-ng"):
        sources.append(Voice)
    return tuple(sources)


class Studio:
    """Renders clips; the sound font is opened when the first note needs it.

    Args:
        library: The recordings that plans name.
    """

    def __init__(self, library: Library = NO_RECORDINGS) -> None:
        self._library = library

    @cached_property
    def _player(self) -> SoundFontPlayer:
        return SoundFontPlayer()

    def render(self, plan: ClipPlan) -> Waveform:
        """Return the clip's waveform: `CLIP_SAMPLES` samples at 16 kHz within [-1, 1]."""
        rng = np.random.default_rng(plan.seed)
        if plan.excerpt is None:
            sound = self._played(plan, rng)
        else:
            sound = self._recorded(plan.excerpt, rng)
        gain_db = rng.uniform(*LEVEL_DB[plan.loudness]) - sounding_level_db(sound)
        peak = max(1e-9, float(np.abs(sound).max()))
        return (sound * min(10 ** (gain_db / 20), HIGHEST_PEAK / peak)).astype(np.float32)

    def _recorded(self, excerpt: Excerpt, rng: np.random.Generator) -> Waveform:
        """Return a clip with a recording in it, at any level."""
        whole = self._library.waveform(self._library.clips[excerpt.number])
        start = int(rng.integers(max(0, len(whole) - LONGEST_EXCERPT) + 1))
        varied = excerpt.variation.applied(whole[start : start + LONGEST_EXCERPT], rng)
        return filled(varied, rng, is_repeated=excerpt.is_repeated is not False)

    def _played(self, plan: ClipPlan, rng: np.random.Generator) -> Waveform:
        """Return a clip that is played, at any level, some of them in a room."""
        sound = self._sound(plan, rng).astype(np.float32)
        if rng.random() < ROOM_SHARE:
            sound = in_room(sound, rng, rng.uniform(*ROOM_S))[:CLIP_SAMPLES]
        return faded(sound)

    def _sound(self, plan: ClipPlan, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return one concept's sound at any level, with its lead cut off."""
        lead = int(rng.choice((0, 1)) * rng.uniform(0, LONGEST_LEAD_S) * SAMPLE_RATE)
        samples = CLIP_SAMPLES + lead
        beat_s = 60 / rng.uniform(*BEATS_PER_MINUTE[plan.tempo])
        source = CONCEPTS[plan.concept].source
        match source:
            case Synthesis():
                sound = EFFECTS[source.effect](rng, samples, beat_s)
            case Samples():
                sound = play_samples(rng, samples, beat_s, source.prefixes)
            case Voice():
                sound = speak(rng, samples, plan.tempo, source)
            case _:
                sound = self._notes(plan, rng, samples)
        return sound[lead:]

    def _notes(self, plan: ClipPlan, rng: np.random.Generator, samples: int) -> NDArray[np.float64]:
        """Return what the sound font plays."""
        duration_s = samples / SAMPLE_RATE
        composer = Composer(rng, plan.tempo, duration_s)
        concept = CONCEPTS[plan.concept]
        source = concept.source
        match source:
            case Instrument():
                keys = (source.lowest_key, source.highest_key)
                notes = composer.notes(plan.style, plan.register, keys)
                return self._player.play(notes, samples, int(rng.choice(source.programs)))
            case Drums():
                notes = composer.drums(source.keys)
                return self._player.play(notes, samples, int(rng.choice(source.kits)), True)
            case SoundEffect():
                notes = _struck_again(rng, duration_s, source.program)
                return self._player.play(notes, samples, source.program)
        raise ValueError(f"{concept.name} is not in the sound font")


GUNSHOT_PROGRAM = 127


def _struck_again(rng: np.random.Generator, duration_s: float, program: int) -> list[Note]:
    """Return one long note for lasting noises, shots at random times for the gun."""
    key = int(rng.integers(55, 66))
    if program != GUNSHOT_PROGRAM:
        return [Note(0.0, duration_s, key, int(rng.integers(90, 120)))]
    starts = np.sort(rng.uniform(0, duration_s - 0.3, rng.integers(3, 9)))
    return [Note(float(start_s), 0.25, key, 110) for start_s in starts]
