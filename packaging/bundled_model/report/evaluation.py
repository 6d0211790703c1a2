"""The figures of the report: recognition, attributes, codec."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.judge.network import Judge
from bundled_model.judge.task import recognise
from bundled_model.report.generation import Clips, generate, vocode
from bundled_model.report.measures import (
    fundamental_hz,
    level_db,
    log_spectral_distance_db,
    onsets_per_second,
)
from core.mel import MelParams, log_mel_spectrogram
from core.models.interface import TextToAudioModel

Measure = Callable[[Clips, int], float]


@dataclass(frozen=True)
class Recognition:
    """What the judge heard.

    Attributes:
        real: Part of held-out real clips that it recognises.
        codec: The same after encoding and decoding.
        vocoded: Real log-mels after the vocoder.
        generated: Part of the generated log-mels.
        heard: The same after the vocoder: what a person would hear.
        heard_by_concept: `heard` for each concept.
    """

    real: float
    codec: float
    vocoded: float
    generated: float
    heard: float
    heard_by_concept: dict[str, float]


@dataclass(frozen=True)
class Attributes:
    """In how many of the instruments a pair of opposite prompts came out the right way round."""

    instruments: int
    register: int
    tempo: int
    loudness: int


@dataclass(frozen=True)
class VocoderError:
    """How far vocoded real clips are from the clips themselves.

    Attributes:
        log_spectral_db: Log-spectral distance, in dB.
        log_mel_l1: Mean absolute error of their log-mels (natural log).
    """

    log_spectral_db: float
    log_mel_l1: float


def generate_concepts(
    model: TextToAudioModel, concepts: Sequence[int], seeds: Sequence[int]
) -> Clips:
    """Return clips of the plain concepts at the model's default settings, seeds varying fastest."""
    prompts = [CONCEPT_NAMES[concept] for concept in concepts for _ in seeds]
    return generate(model, prompts, [*seeds] * len(concepts), model.card.guidance_scale)


def measure_recognition(
    model: TextToAudioModel,
    judge: Judge,
    held_out: ClipStore,
    generated: Clips,
    concepts: Sequence[int],
) -> Recognition:
    """Let the judge listen to real clips, through the codec and the vocoder, and to generated."""
    real = held_out.batch(torch.arange(len(held_out)))
    labels = torch.tensor([plan.concept for plan in held_out.plans])
    few = slice(0, min(len(held_out), 2 * len(concepts)))
    vocoded = torch.stack([vocode(model, log_mel[0]) for log_mel in real[few]])
    seeds = len(generated.log_mels) // len(concepts)
    wanted = torch.tensor(list(concepts)).repeat_interleave(seeds)
    is_heard = recognise(judge, generated.heard) == wanted
    by_concept = is_heard.float().view(len(concepts), seeds).mean(dim=1).tolist()
    return Recognition(
        real=_share(recognise(judge, real) == labels),
        codec=_share(recognise(judge, through_codec(model, real[few])) == labels[few]),
        vocoded=_share(recognise(judge, log_mel_spectrogram(vocoded)) == labels[few]),
        generated=_share(recognise(judge, generated.log_mels) == wanted),
        heard=_share(is_heard),
        heard_by_concept=dict(zip((CONCEPT_NAMES[c] for c in concepts), by_concept, strict=True)),
    )


def measure_codec_error(model: TextToAudioModel, held_out: ClipStore) -> float:
    """Return the mean absolute error of held-out log-mels (natural log) through the codec."""
    real = held_out.batch(torch.arange(min(124, len(held_out))))
    return (through_codec(model, real) - real).abs().mean().item()


def measure_vocoder(model: TextToAudioModel, log_mels: Tensor, waveforms: Tensor) -> VocoderError:
    """Vocode the log-mels (B, 1, T, F) of waveforms (B, n) and compare."""
    vocoded = torch.stack([vocode(model, log_mel[0]) for log_mel in log_mels])
    return VocoderError(
        log_spectral_distance_db(vocoded, waveforms),
        (log_mel_spectrogram(vocoded) - log_mels).abs().mean().item(),
    )


def measure_attributes(
    model: TextToAudioModel, instruments: Sequence[str], seeds: Sequence[int]
) -> Attributes:
    """Compare opposite prompts for each instrument by what can be measured, over some seeds."""

    def values(measure: Measure, word: str) -> Tensor:
        prompts = [f"{word} {name}" for name in instruments for _ in seeds]
        clips = generate(model, prompts, [*seeds] * len(instruments), model.card.guidance_scale)
        each = torch.tensor([measure(clips, i) for i in range(len(prompts))])
        return each.view(len(instruments), len(seeds)).nanmean(dim=1)

    def right(measure: Measure, less: str, more: str) -> int:
        return int((values(measure, less) < values(measure, more)).sum())

    return Attributes(
        instruments=len(instruments),
        register=right(_pitch, "low", "high"),
        tempo=right(_events, "slow", "fast"),
        loudness=right(_level, "quiet", "loud"),
    )


@torch.inference_mode()
def through_codec(model: TextToAudioModel, log_mel: Tensor) -> Tensor:
    """Return log-mels after encoding and decoding, without noise on the latents."""
    pieces = [
        model.vae.decode(model.vae.encode(piece).latent_dist.mean).sample
        for piece in log_mel.split(16)
    ]
    return torch.cat(pieces).float()


def _pitch(clips: Clips, number: int) -> float:
    return fundamental_hz(clips.waveforms[number], MelParams().sample_rate)


def _events(clips: Clips, number: int) -> float:
    return onsets_per_second(clips.log_mels[number, 0])


def _level(clips: Clips, number: int) -> float:
    return level_db(clips.waveforms[number])


def _share(is_right: Tensor) -> float:
    return is_right.float().mean().item()
