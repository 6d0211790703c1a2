"""From the plan of a clip to its waveform."""

import shutil
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bundled_model.data.attributes import BEATS_PER_MINUTE, PEAK
from bundled_model.data.clip import CLIP_SAMPLES, SAMPLE_RATE, ClipPlan
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
from bundled_model.data.samples import SAMPLES_FOLDER, play_samples
from bundled_model.data.score import Composer, Note
from bundled_model.data.soundfont import SOUND_FONT, SoundFontPlayer
from bundled_model.data.speech import speak

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
    """Renders clips; the sound font is opened when the first note needs it."""

    @cached_property
    def _player(self) -> SoundFontPlayer:
        return SoundFontPlayer()

    def render(self, plan: ClipPlan) -> NDArray[np.float32]:
        """Return the clip's waveform: `CLIP_SAMPLES` samples at 16 kHz within [-1, 1]."""
        rng = np.random.default_rng(plan.seed)
        sound = _peak_normalised(self._sound(plan, plan.concept, rng))
        if plan.second is not None:
            under = _peak_normalised(self._sound(plan, plan.second, rng))
            sound = _peak_normalised(sound + rng.uniform(0.5, 0.8) * under)
        return (sound * rng.uniform(*PEAK[plan.loudness])).astype(np.float32)

    def _sound(
        self, plan: ClipPlan, concept_index: int, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Return one concept's sound at any level, with its lead cut off."""
        lead = int(rng.choice((0, 1)) * rng.uniform(0, LONGEST_LEAD_S) * SAMPLE_RATE)
        samples = CLIP_SAMPLES + lead
        beat_s = 60 / rng.uniform(*BEATS_PER_MINUTE[plan.tempo])
        source = CONCEPTS[concept_index].source
        match source:
            case Synthesis():
                sound = EFFECTS[source.effect](rng, samples, beat_s)
            case Samples():
                sound = play_samples(rng, samples, beat_s, source.prefixes)
            case Voice():
                sound = speak(rng, samples, plan.tempo, source)
            case _:
                sound = self._notes(plan, concept_index, rng, samples)
        return sound[lead:]

    def _notes(
        self, plan: ClipPlan, concept_index: int, rng: np.random.Generator, samples: int
    ) -> NDArray[np.float64]:
        """Return what the sound font plays."""
        duration_s = samples / SAMPLE_RATE
        composer = Composer(rng, plan.tempo, duration_s)
        concept = CONCEPTS[concept_index]
        source = concept.source
        match source:
            case Instrument():
                style = plan.style if plan.style in concept.styles else concept.styles[0]
                keys = (source.lowest_key, source.highest_key)
                notes = composer.notes(style, plan.register, keys)
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


def _peak_normalised(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sound with its highest absolute sample at one."""
    return sound / max(1e-9, float(np.abs(sound).max()))
