"""REPORT.md with its pictures."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.report.codec import through_codec
from bundled_model.report.contact_sheet import write_contact_sheet
from bundled_model.report.curves import write_curves
from bundled_model.report.figures import Figures, Listening, measure_figures
from bundled_model.report.generation import Clips, generate_concepts
from bundled_model.report.prompts import FREE_PHRASINGS, PAIRS
from bundled_model.settings import Settings
from core.models.interface import TextToAudioModel
from core.models.loader import load_model
from core.progress import Progress

TITLES = {
    "codec": "Codec: mean absolute error of held-out log-mels",
    "generator": "Generator: denoising loss on held-out clips, with captions and without",
    "judge": "Judge: recognised part of held-out real clips",
    "vocoder": "Magnitude network: mean absolute error of held-out Fourier magnitudes, in dB",
}
WELL_KNOWN_SHARE = 0.75


@dataclass(frozen=True)
class Run:
    """How a model was made: its settings and the curves of its trainings, by name."""

    settings: Settings
    curves: Mapping[str, Sequence[dict[str, float]]]


def write_report(folder: Path, model_folder: Path, listening: Listening, run: Run) -> None:
    """Measure the model folder and write REPORT.md, its curves, its sheet and report.json."""
    torch.set_num_threads(run.settings.processes)
    folder.mkdir(parents=True, exist_ok=True)
    model = load_model(
        str(model_folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    generated = generate_concepts(model, listening.concepts, run.settings.seeds)
    for name, curve in run.curves.items():
        write_curves(folder / f"{name}.svg", TITLES[name], curve)
    _write_sheet(folder / "contact_sheet.png", model, listening, generated)
    figures = measure_figures(model, listening, generated, run.settings)
    told = json.dumps(asdict(figures), indent=1)
    (folder / "report.json").write_text(told + "\n", encoding="utf-8")
    (folder / "REPORT.md").write_text(_text(figures, run), encoding="utf-8")


def _write_sheet(path: Path, model: TextToAudioModel, listening: Listening, made: Clips) -> None:
    """Draw one real, one decoded and one generated clip of every concept."""
    concepts, held_out = listening.concepts, listening.held_out
    first = {plan.concept: number for number, plan in reversed([*enumerate(held_out.plans)])}
    real = held_out.batch(torch.tensor([first[concept] for concept in concepts]))
    seeds = len(made.log_mels) // len(concepts)
    names = [CONCEPT_NAMES[concept] for concept in concepts]
    write_contact_sheet(path, names, (real, through_codec(model, real), made.log_mels[::seeds]))


def _text(figures: Figures, run: Run) -> str:
    """Return REPORT.md."""
    sections = (_recognition(figures), _others(figures), _training(run), _limits(figures))
    return "\n".join(sections)


def _recognition(figures: Figures) -> str:
    heard = figures.recognition
    rows = (
        ("real clips it never met", heard.real, "96%"),
        ("real clips after the codec", heard.codec, "2 points below"),
        ("real clips after the vocoder", heard.vocoded, ""),
        ("pairs of real clips, both parts among its first two answers", heard.real_pairs, ""),
        ("generated spectrograms, plain prompts", heard.generated, "92%"),
        ("**generated sounds, after the vocoder**", heard.heard, "88%"),
        (
            f"sounds of {len(FREE_PHRASINGS)} free phrasings that no caption template contains",
            heard.phrasings,
            "75%",
        ),
        (f"sounds of {len(PAIRS)} prompts for pairs, both parts likewise", heard.pairs, "50%"),
    )
    told = [(name, f"{part:.1%}", aim) for name, part, aim in rows]
    return f"""# The bundled model: report

Written by `python packaging/bundled_model`; the same figures are in report.json.

## Figures

At the app's default settings: guidance {figures.guidance_scale:g}, {figures.num_inference_steps} \
steps of DPM-Solver++, 5.12 s, {figures.seeds} seeds for each of \
{len(heard.heard_by_concept)} concepts (chance is {1 / len(CONCEPT_NAMES):.1%}).

{_table(("Recognised by the judge", "Part", "Aim"), told)}

The judge is a convolutional classifier of log-mels, trained on clips of other seeds than the \
generator's. It has to give one of {len(CONCEPT_NAMES)} answers: recognised means right among \
these, not beautiful.

The phrasings were written by somebody who had seen neither captions nor answers, for concepts \
drawn by lot. The concepts that training draws more often were chosen by an earlier judge's \
answers for the same seeds, which flatters the model a little.
"""


def _others(figures: Figures) -> str:
    told, vocoder = figures.attributes, figures.vocoder
    codec, mel, db = figures.codec_log_mel_l1, vocoder.log_mel_l1, vocoder.log_spectral_db
    melodies = f"{told.melody_in_tune:.0%} (real ones {told.real_melody_in_tune:.0%}, glides 50%)"
    of_all = f"of {told.instruments}"
    rows = (
        ("codec, mean absolute error of held-out log-mels", f"{codec:.2f}", "0.25"),
        ("vocoder, log-spectral distance of held-out clips", f"{db:.1f} dB", "5.5 dB"),
        ("vocoder, mean absolute error of their log-mels", f"{mel:.2f}", "0.15"),
        ('register: "low" below "high", by fundamental', f"{told.register} {of_all}", "9 of 10"),
        ('tempo: "slow" below "fast", by onsets a second', f"{told.tempo} {of_all}", "9 of 10"),
        ('loudness: "quiet" below "loud", by level', f"{told.loudness} {of_all}", "9 of 10"),
        ("pitches of melodies within 25 cents of a semitone", melodies, ""),
    )
    return _table(("Other figures", "", "Aim"), rows) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _training(run: Run) -> str:
    settings = run.settings
    seen = settings.generator.steps * 2 * settings.generator_clips
    pictures = "\n\n".join(f"![{name.capitalize()}]({name}.svg)" for name in run.curves)
    return f"""## Training

{settings.training_clips:,} clips of 5.12 s; the codec's decoder {settings.decoder.steps:,} \
steps, the generator {settings.generator.steps:,} ({seen:,} samples), the judge \
{settings.judge.steps:,} on {settings.judge_clips:,} clips of its own, the vocoder's magnitude \
network {settings.vocoder.steps:,} on the waveforms of {settings.vocoder_clips:,} clips.

{pictures}

## What it sounds like, seen

For each concept: a real clip, the same through the codec, and one generated.

![Contact sheet](contact_sheet.png)
"""


def _limits(figures: Figures) -> str:
    heard = figures.recognition
    shares = heard.heard_by_concept.items()
    missed = sorted((share, name) for name, share in shares if share < WELL_KNOWN_SHARE)
    weak = ", ".join(f"{name} ({share:.0%})" for share, name in missed) or "none"
    return f"""## What it cannot do

- Recognised in less than three of four clips: {weak}.
- Two sounds at once: it understands the words, and mostly makes one of the two. Both are heard in \
{heard.pairs:.0%} of the generated pairs, in {heard.real_pairs:.0%} of real ones.
- Other sounds than its concepts: asked for one, it makes something it knows.
- What a log-mel does not hold: fine structure of noises above a few kHz is made up. That is most \
of the log-spectral distance: two recordings of one noise are 7.9 dB apart, and the best guess of \
its spectrum, which no sound has, misses it by 5.6 dB.
- Phases are reconstructed, so steady tones sound a little rough.
- Music is chance: notes in a key, but no phrase and no form.
"""
