"""Every figure of the report, measured on the exported folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from bundled_model.data.clip import MEL
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.judge.network import Judge
from bundled_model.report.attributes import Attributes, measure_attributes
from bundled_model.report.codec import VocoderError, measure_codec_error, measure_vocoder
from bundled_model.report.generation import Clips
from bundled_model.report.measures import NoiseDistances, noise_distances_db
from bundled_model.report.recognition import Recognition, measure_recognition
from bundled_model.settings import Settings
from bundled_model.training import PARTS
from core.models.text_to_audio_model import TextToAudioModel
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder

NOISE_SEED = 0


@dataclass(frozen=True)
class Listening:
    """What the model is measured with.

    Attributes:
        judge: Recognises concepts.
        held_out: Real clips that no network met.
    """

    judge: Judge
    held_out: WaveformStore

    @property
    def concepts(self) -> Sequence[int]:
        """The concepts that real clips are there for."""
        return sorted({plan.concept for plan in self.held_out.plans})


@dataclass(frozen=True)
class Making:
    """How much training made the model.

    Attributes:
        training_clips: Clips for codec and generator.
        decoder_steps: Steps of the codec's decoder.
        generator_steps: Steps of the generator.
        generator_samples: Clips that it was trained on, one by one, as often as it took them.
        judge_steps: Steps of the judge.
        judge_clips: Clips for it.
        vocoder_steps: Steps of the vocoder's network.
        vocoder_clips: Clips for it.
    """

    training_clips: int
    decoder_steps: int
    generator_steps: int
    generator_samples: int
    judge_steps: int
    judge_clips: int
    vocoder_steps: int
    vocoder_clips: int

    @classmethod
    def of(cls, settings: Settings) -> "Making":
        """Return what a run with these settings makes a model with."""
        return cls(
            training_clips=settings.training_clips,
            decoder_steps=settings.decoder.steps,
            generator_steps=settings.generator.steps,
            generator_samples=settings.generator.steps * PARTS * settings.generator_clips,
            judge_steps=settings.judge.steps,
            judge_clips=settings.judge_clips,
            vocoder_steps=settings.vocoder.steps,
            vocoder_clips=settings.vocoder_clips,
        )


@dataclass(frozen=True)
class Figures:
    """What was measured, at the model's default settings.

    Attributes:
        codec_log_mel_l1: Mean absolute error of held-out log-mels through the codec.
        guidance_scale: The model's default.
        num_inference_steps: The model's default.
        seeds: Clips generated for each prompt.
        recognition: What the judge heard.
        attributes: Whether adjectives are heard.
        vocoder: How far vocoded real clips are from the clips.
        without_network: The same of a vocoder that inverts the mel smoothly, without a network.
        noise: What the distance of the vocoder is to be held against.
        too_loud: Part of the sounds of plain concepts that go beyond full scale.
        making: How much training made the model.
    """

    codec_log_mel_l1: float
    guidance_scale: float
    num_inference_steps: int
    seeds: int
    recognition: Recognition
    attributes: Attributes
    vocoder: VocoderError
    without_network: VocoderError
    noise: NoiseDistances
    too_loud: float
    making: Making


def read_figures(path: Path) -> Figures:
    """Return the figures of a report.json."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    parts = {
        "recognition": Recognition,
        "attributes": Attributes,
        "vocoder": VocoderError,
        "without_network": VocoderError,
        "noise": NoiseDistances,
        "making": Making,
    }
    return Figures(**stored | {name: part(**stored[name]) for name, part in parts.items()})


def measure_figures(
    model: TextToAudioModel, listening: Listening, generated: Clips, settings: Settings
) -> Figures:
    """Measure everything; `generated` holds clips of all concepts, seeds varying fastest."""
    judge, held_out = listening.judge, listening.held_out
    heard = held_out.head(settings.heard_clips).waveforms
    log_mels = held_out.log_mels(torch.arange(len(heard)))
    return Figures(
        codec_log_mel_l1=measure_codec_error(model, held_out),
        guidance_scale=model.card.guidance_scale,
        num_inference_steps=model.card.num_inference_steps,
        seeds=len(settings.seeds),
        recognition=measure_recognition(model, judge, held_out, generated, settings.seeds),
        attributes=measure_attributes(model, held_out, settings.instruments, settings.seeds),
        vocoder=measure_vocoder(model.vocoder, log_mels, heard),
        without_network=measure_vocoder(PhaseReconstructionVocoder(MEL), log_mels, heard),
        noise=noise_distances_db(NOISE_SEED),
        too_loud=generated.too_loud_share,
        making=Making.of(settings),
    )
