"""What the judge recognises: real clips, on their way through the model, and generated ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.judge.network import Judge
from bundled_model.judge.task import is_recognised, labels_of, pairs_of
from bundled_model.report.codec import through_codec
from bundled_model.report.generation import Clips, generate, vocode
from bundled_model.report.prompts import FREE_PHRASINGS, PAIRS
from core.mel import log_mel_spectrogram
from core.models.interface import TextToAudioModel


@dataclass(frozen=True)
class Recognition:
    """What the judge heard, as parts of one; NaN where nothing could be asked.

    Attributes:
        real: Held-out real clips.
        real_pairs: Pairs of them mixed, both parts among the judge's first two answers.
        codec: The same after encoding and decoding.
        vocoded: Real log-mels after the vocoder.
        generated: Generated log-mels.
        heard: The same after the vocoder: what a person would hear.
        heard_by_concept: `heard` for each concept.
        phrasings: Sounds generated for free phrasings, after the vocoder.
        pairs: Generated pairs both of whose parts are among the judge's first two answers.
    """

    real: float
    real_pairs: float
    codec: float
    vocoded: float
    generated: float
    heard: float
    heard_by_concept: dict[str, float]
    phrasings: float
    pairs: float


def measure_recognition(
    model: TextToAudioModel,
    judge: Judge,
    held_out: ClipStore,
    generated: Clips,
    seeds: Sequence[int],
) -> Recognition:
    """Let the judge listen.

    Args:
        model: The exported model.
        judge: The trained judge.
        held_out: Real clips; as many as two for each concept pass codec and vocoder.
        generated: Clips of their concepts in order, seeds varying fastest.
        seeds: Their seeds; phrasings and pairs get the same.
    """
    concepts = sorted({plan.concept for plan in held_out.plans})
    real = held_out.batch(torch.arange(len(held_out)))
    labels = labels_of(held_out)[:, None]
    few = slice(0, min(len(held_out), 2 * len(concepts)))
    vocoded = torch.stack([vocode(model, log_mel[0]) for log_mel in real[few]])
    wanted = torch.tensor([[concept] for concept in concepts for _ in seeds])
    is_heard = is_recognised(judge, generated.heard, wanted).float()
    by_concept = is_heard.view(len(concepts), len(seeds)).mean(dim=1).tolist()
    return Recognition(
        real=_share(is_recognised(judge, real, labels)),
        real_pairs=_share(is_recognised(judge, *pairs_of(held_out))),
        codec=_share(is_recognised(judge, through_codec(model, real[few]), labels[few])),
        vocoded=_share(is_recognised(judge, log_mel_spectrogram(vocoded), labels[few])),
        generated=_share(is_recognised(judge, generated.log_mels, wanted)),
        heard=_share(is_heard),
        heard_by_concept=dict(zip((CONCEPT_NAMES[c] for c in concepts), by_concept, strict=True)),
        phrasings=_share_of_prompts(model, judge, _phrasings(concepts), seeds),
        pairs=_share_of_prompts(model, judge, _pairs(concepts), seeds),
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
