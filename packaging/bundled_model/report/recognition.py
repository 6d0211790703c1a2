"""What the judge recognises: real clips, on their way through the model, and generated ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bundled_model.data.clip import MEL
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.judge.network import Judge
from bundled_model.judge.task import is_recognised, labels_of, pairs_of_concepts
from bundled_model.report.codec import through_codec
from bundled_model.report.generation import Clips, generate, vocode_all
from bundled_model.report.prompts import FREE_PHRASINGS, PAIRS
from core.mel import log_mel_spectrogram
from core.models.text_to_audio_model import TextToAudioModel


@dataclass(frozen=True)
class Recognition:
    """What the judge heard, as parts of one; NaN where nothing could be asked.

    Attributes:
        real: Held-out real clips.
        real_pairs: Clips of the pairs below mixed, both parts among the judge's first two answers.
        codec: The real clips after encoding and decoding.
        vocoded_clips: How many pass the vocoder, the first ones.
        real_of_vocoded: These as they are.
        vocoded: These after the vocoder.
        generated: Generated log-mels.
        heard: The same after the vocoder: what a person would hear.
        heard_by_concept: `heard` for each concept.
        phrasings: Sounds generated for free phrasings, after the vocoder.
        pairs: Generated pairs both of whose parts are among the judge's first two answers.
    """

    real: float
    real_pairs: float
    codec: float
    vocoded_clips: int
    real_of_vocoded: float
    vocoded: float
    generated: float
    heard: float
    heard_by_concept: dict[str, float]
    phrasings: float
    pairs: float


def measure_recognition(
    model: TextToAudioModel,
    judge: Judge,
    held_out: WaveformStore,
    generated: Clips,
    seeds: Sequence[int],
) -> Recognition:
    """Let the judge listen.

    Args:
        model: The exported model.
        judge: The trained judge.
        held_out: Real clips; the first two of each concept pass the vocoder.
        generated: Clips of their concepts in order, seeds varying fastest.
        seeds: Their seeds; phrasings and pairs get the same.
    """
    concepts = sorted({plan.concept for plan in held_out.plans})
    real = held_out.log_mels(torch.arange(len(held_out)))
    labels = labels_of(held_out)[:, None]
    few = min(len(held_out), 2 * len(concepts))
    vocoded = log_mel_spectrogram(vocode_all(model.vocoder, real[:few]), MEL)
    is_known = is_recognised(judge, real, labels)
    pairs = _pairs(concepts)
    wanted = torch.tensor([[concept] for concept in concepts for _ in seeds])
    is_heard = is_recognised(judge, generated.heard, wanted).float()
    by_concept = is_heard.view(len(concepts), len(seeds)).mean(dim=1).tolist()
    return Recognition(
        real=_share(is_known),
        real_pairs=_share_of_real(judge, held_out, pairs.values()),
        codec=_share(is_recognised(judge, through_codec(model, real), labels)),
        vocoded_clips=few,
        real_of_vocoded=_share(is_known[:few]),
        vocoded=_share(is_recognised(judge, vocoded, labels[:few])),
        generated=_share(is_recognised(judge, generated.log_mels, wanted)),
        heard=_share(is_heard),
        heard_by_concept=dict(zip((CONCEPT_NAMES[c] for c in concepts), by_concept, strict=True)),
        phrasings=_share_of_prompts(model, judge, _phrasings(concepts), seeds),
        pairs=_share_of_prompts(model, judge, pairs, seeds),
    )


def _share_of_prompts(
    model: TextToAudioModel, judge: Judge, asked: dict[str, list[int]], seeds: Sequence[int]
) -> float:
    """Return in what part of the sounds generated for some prompts all concepts are recognised."""
    if not asked:
        return float("nan")
    prompts = [prompt for prompt in asked for _ in seeds]
    clips = generate(model, prompts, [*seeds] * len(asked), model.card.guidance_scale)
    wanted = torch.tensor([asked[prompt] for prompt in prompts])
    return _share(is_recognised(judge, clips.heard, wanted))


def _share_of_real(judge: Judge, held_out: WaveformStore, pairs: Iterable[Sequence[int]]) -> float:
    """Return in what part of real clips that are mixed in some pairs both are recognised."""
    asked = [*pairs]
    if not asked:
        return float("nan")
    return _share(is_recognised(judge, *pairs_of_concepts(held_out, asked)))


def _phrasings(concepts: Sequence[int]) -> dict[str, list[int]]:
    """Return the free phrasings of the known concepts with what they ask for."""
    numbers = {phrase: CONCEPT_NAMES.index(name) for phrase, name in FREE_PHRASINGS.items()}
    return {phrase: [number] for phrase, number in numbers.items() if number in concepts}


def _pairs(concepts: Sequence[int]) -> dict[str, list[int]]:
    """Return prompts for the pairs of known concepts with the concepts."""
    numbers = {
        f"{first} and {second}": [CONCEPT_NAMES.index(first), CONCEPT_NAMES.index(second)]
        for first, second in PAIRS
    }
    return {prompt: pair for prompt, pair in numbers.items() if {*pair} <= {*concepts}}


def _share(is_right: Tensor) -> float:
    return is_right.float().mean().item()
