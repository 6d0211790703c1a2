"""REPORT.md with its pictures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.judge.network import Judge
from bundled_model.report.contact_sheet import write_contact_sheet
from bundled_model.report.curves import write_curves
from bundled_model.report.evaluation import (
    Attributes,
    Recognition,
    VocoderError,
    generate_concepts,
    measure_attributes,
    measure_codec_error,
    measure_recognition,
    measure_vocoder,
    through_codec,
)
from bundled_model.report.generation import Clips
from bundled_model.settings import Settings
from core.models.interface import TextToAudioModel
from core.models.loader import load_model
from core.progress import Progress

TITLES = {
    "codec": "Codec: mean absolute error of held-out log-mels, and KL per dimension",
    "decoder": "Decoder alone: mean absolute error of held-out log-mels",
    "generator": "Generator: denoising loss on held-out clips, with captions and without",
    "judge": "Judge: recognised part of held-out real clips",
    "vocoder": "Magnitude network: mean absolute error of held-out Fourier magnitudes, in dB",
}


@dataclass(frozen=True)
class Listening:
    """What the model is measured with.

    Attributes:
        judge: Recognises concepts.
        held_out: Real clips that no network met.
        waveforms: The samples of the first of them.
    """

    judge: Judge
    held_out: ClipStore
    waveforms: WaveformStore


@dataclass(frozen=True)
class Run:
    """How a model was made: its settings and the curves of its trainings, by name."""

    settings: Settings
    curves: Mapping[str, Sequence[dict[str, float]]]


def write_report(folder: Path, model_folder: Path, listening: Listening, run: Run) -> None:
    """Measure the model folder and write REPORT.md, its curves, its sheet and report.json."""
    settings, judge, held_out = run.settings, listening.judge, listening.held_out
    torch.set_num_threads(settings.processes)
    folder.mkdir(parents=True, exist_ok=True)
    model = load_model(
        str(model_folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    concepts = sorted({plan.concept for plan in held_out.plans})
    generated = generate_concepts(model, concepts, settings.seeds)
    recognition = measure_recognition(model, judge, held_out, generated, concepts)
    attributes = measure_attributes(model, settings.instruments, settings.seeds[:1])
    codec_error = measure_codec_error(model, held_out)
    heard = listening.waveforms.first(settings.heard_clips)
    vocoder_error = measure_vocoder(model, held_out.batch(torch.arange(len(heard))), heard)
    for name, curve in run.curves.items():
        write_curves(folder / f"{name}.svg", TITLES[name], curve)
    _write_sheet(folder / "contact_sheet.png", model, held_out, concepts, generated)
    figures = {
        "codec_log_mel_l1": codec_error,
        "guidance_scale": model.card.guidance_scale,
        "num_inference_steps": model.card.num_inference_steps,
        "seeds": len(settings.seeds),
        "recognition": asdict(recognition),
        "attributes": asdict(attributes),
        "vocoder": asdict(vocoder_error),
    }
    (folder / "report.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    text = _text(settings, model, recognition, attributes, (codec_error, vocoder_error))
    (folder / "REPORT.md").write_text(text, encoding="utf-8")


def _write_sheet(
    path: Path,
    model: TextToAudioModel,
    held_out: ClipStore,
    concepts: Sequence[int],
    generated: Clips,
) -> None:
    """Draw one real, one decoded and one generated clip of every concept."""
    first = {plan.concept: number for number, plan in reversed([*enumerate(held_out.plans)])}
    real = held_out.batch(torch.tensor([first[concept] for concept in concepts]))
    seeds = len(generated.log_mels) // len(concepts)
    names = [CONCEPT_NAMES[concept] for concept in concepts]
    rows = (real, through_codec(model, real), generated.log_mels[::seeds])
    write_contact_sheet(path, names, rows)


def _text(
    settings: Settings,
    model: TextToAudioModel,
    recognition: Recognition,
    attributes: Attributes,
    errors: tuple[float, VocoderError],
) -> str:
    """Return REPORT.md."""
    codec_error, vocoder_error = errors
    card = model.card
    seen = settings.generator.steps * 2 * settings.generator_clips
    missed = sorted(
        (share, name) for name, share in recognition.heard_by_concept.items() if share < 0.75
    )
    weak = ", ".join(f"{name} ({share:.0%})" for share, name in missed) or "none"
    return f"""# The bundled model: report

Written by `python packaging/bundled_model`; the same figures are in report.json.

## Figures

At the app's default settings: guidance {card.guidance_scale:g}, {card.num_inference_steps} steps \
of DPM-Solver++, 5.12 s, plain prompts, {len(settings.seeds)} seeds for each of \
{len(recognition.heard_by_concept)} concepts (chance is {1 / len(CONCEPT_NAMES):.1%}).

| Recognised by the judge | Part |
| --- | --- |
| real clips it never met | {recognition.real:.1%} |
| real clips after the codec | {recognition.codec:.1%} |
| real clips after the vocoder | {recognition.vocoded:.1%} |
| generated spectrograms | {recognition.generated:.1%} |
| **generated sounds, after the vocoder** | **{recognition.heard:.1%}** |

| Other figures | |
| --- | --- |
| codec, mean absolute error of held-out log-mels | {codec_error:.2f} |
| vocoder, log-spectral distance of held-out clips | {vocoder_error.log_spectral_db:.1f} dB |
| vocoder, mean absolute error of their log-mels | {vocoder_error.log_mel_l1:.2f} |
| register: "low" below "high", by fundamental | {attributes.register} of {attributes.instruments} |
| tempo: "slow" below "fast", by onsets a second | {attributes.tempo} of {attributes.instruments} |
| loudness: "quiet" below "loud", by level | {attributes.loudness} of {attributes.instruments} |

The judge is a convolutional classifier of log-mels, trained on {settings.judge_clips:,} clips of \
other seeds than the generator's. It knows 62 answers and has to give one: recognised means right \
among these, not beautiful.

## Training

{settings.training_clips:,} clips of 5.12 s; codec {settings.codec.steps:,} steps on the first \
{settings.codec_clips:,} of them, its decoder {settings.decoder.steps:,} more; generator \
{settings.generator.steps:,} steps ({seen:,} samples), judge {settings.judge.steps:,} steps, \
the vocoder's magnitude network {settings.vocoder.steps:,} steps on the waveforms of \
{settings.vocoder_clips:,} clips.

![Codec](codec.svg)

![Decoder](decoder.svg)

![Generator](generator.svg)

![Judge](judge.svg)

![Vocoder](vocoder.svg)

## What it sounds like, seen

For each concept: a real clip, the same through the codec, and one generated.

![Contact sheet](contact_sheet.png)

## What it cannot do

- Recognised in less than three of four clips: {weak}.
- Everything but its concepts and attributes: other words mean little to it.
- Fine texture: the codec's error is an absolute one, which smooths noises and dense low harmonics.
- Phases are reconstructed, so steady tones sound a little rough.
- Music is chance: notes in a key, but no phrase and no form.
"""
