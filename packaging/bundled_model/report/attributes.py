"""Whether adjectives are heard: pitch, events and level of opposite prompts, and of melodies."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bundled_model.data.attributes import Style
from bundled_model.data.clip import SAMPLE_RATE
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.report.generation import Clips, generate, vocode
from bundled_model.report.measures import (
    fundamental_hz,
    in_tune_share,
    level_db,
    onsets_per_second,
)
from core.models.text_to_audio_model import TextToAudioModel

Measure = Callable[[Clips, int], float]
REAL_MELODIES = 60
LEAST_SEMITONES, LEAST_TEMPO_RATIO, LEAST_DECIBELS = 3.0, 1.15, 3.0
"""How far apart opposite prompts have to come out: what anybody hears side by side."""


@dataclass(frozen=True)
class Attributes:
    """In how many of the instruments opposite prompts came out clearly the right way round.

    Means over the seeds are compared, with a margin, so that chance hardly passes.

    Attributes:
        instruments: How many were asked.
        register: "low" is 3 semitones or more below "high", by fundamental.
        tempo: "fast" has 1.15 times the onsets a second of "slow", or more.
        loudness: "quiet" is 3 dB or more below "loud", by level.
        melody_in_tune: Part of the pitches of generated melodies that lie on a semitone.
        real_melody_in_tune: The same of real melodies after the vocoder.
    """

    instruments: int
    register: int
    tempo: int
    loudness: int
    melody_in_tune: float
    real_melody_in_tune: float


def measure_attributes(
    model: TextToAudioModel,
    held_out: WaveformStore,
    instruments: Sequence[str],
    seeds: Sequence[int],
) -> Attributes:
    """Compare what is generated for opposite prompts, averaged over some seeds."""

    def values(measure: Measure, prompt: str) -> Tensor:
        prompts = [prompt.format(name) for name in instruments for _ in seeds]
        clips = generate(model, prompts, [*seeds] * len(instruments), model.card.guidance_scale)
        each = torch.tensor([measure(clips, i) for i in range(len(prompts))])
        return each.view(len(instruments), len(seeds)).nanmean(dim=1)

    low, high = values(_semitones, "low {}"), values(_semitones, "high {}")
    slow, fast = values(_events, "slow {}"), values(_events, "fast {}")
    quiet, loud = values(_level, "quiet {}"), values(_level, "loud {}")
    return Attributes(
        instruments=len(instruments),
        register=int((high - low >= LEAST_SEMITONES).sum()),
        tempo=int((fast / slow >= LEAST_TEMPO_RATIO).sum()),
        loudness=int((loud - quiet >= LEAST_DECIBELS).sum()),
        melody_in_tune=values(_in_tune, "{} melody").nanmean().item(),
        real_melody_in_tune=_real_melodies(model, held_out, instruments),
    )


def _real_melodies(
    model: TextToAudioModel, held_out: WaveformStore, instruments: Sequence[str]
) -> float:
    """Return how much of real melodies of the same instruments is in tune after the vocoder."""
    numbers = [
        number
        for number, plan in enumerate(held_out.plans)
        if plan.style is Style.MELODY and CONCEPT_NAMES[plan.concept] in instruments
    ]
    log_mels = held_out.log_mels(torch.tensor(numbers[:REAL_MELODIES], dtype=torch.long))
    melodies = [vocode(model.vocoder, log_mel[0]) for log_mel in log_mels]
    shares = [in_tune_share(melody, SAMPLE_RATE) for melody in melodies]
    return torch.tensor(shares).nanmean().item()


def _semitones(clips: Clips, number: int) -> float:
    return 12 * math.log2(fundamental_hz(clips.waveforms[number], SAMPLE_RATE))


def _in_tune(clips: Clips, number: int) -> float:
    return in_tune_share(clips.waveforms[number], SAMPLE_RATE)


def _events(clips: Clips, number: int) -> float:
    return onsets_per_second(clips.log_mels[number, 0])


def _level(clips: Clips, number: int) -> float:
    return level_db(clips.waveforms[number])
