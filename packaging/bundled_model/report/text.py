"""The words of REPORT.md: every figure of a report.json, and how the model came about."""

import math
from collections.abc import Iterable

from bundled_model.report.attributes import (
    LEAST_DECIBELS,
    LEAST_SEMITONES,
    LEAST_TEMPO_RATIO,
    Attributes,
)
from bundled_model.report.curves import TITLES
from bundled_model.report.figures import Figures, Making
from bundled_model.report.prompts import FREE_PHRASINGS, PAIRS

WELL_KNOWN_SHARE = 0.75
ATTRIBUTES_AIM = 0.9
"""Part of the instruments in which an adjective is to be heard."""


def report_text(figures: Figures) -> str:
    """Return REPORT.md."""
    training = _training(figures.making)
    sections = (_recognition(figures), _others(figures), training, _limits(figures))
    return "\n".join(sections)


def _recognition(figures: Figures) -> str:
    heard = figures.recognition
    few, pairs = f"{heard.vocoded_clips:,}", len(PAIRS)
    concepts = len(heard.heard_by_concept)
    rows = (
        ("real clips it never met", heard.real, "96%"),
        ("these after the codec", heard.codec, "2 points below"),
        (f"the first {few} of them", heard.real_of_vocoded, ""),
        ("these after the vocoder", heard.vocoded, ""),
        ("generated spectrograms, plain prompts", heard.generated, "92%"),
        ("**generated sounds, after the vocoder**", heard.heard, "88%"),
        (
            f"sounds of {len(FREE_PHRASINGS)} free phrasings that no caption template contains",
            heard.phrasings,
            "75%",
        ),
        (
            f"sounds of {pairs} prompts for pairs, both among its first two answers",
            heard.pairs,
            "50%",
        ),
        (f"real clips mixed in the same {pairs} pairs, likewise", heard.real_pairs, ""),
    )
    shares = [(name, f"{part:.1%}", aim) for name, part, aim in rows]
    return f"""# The bundled model: report

Written by `python packaging/bundled_model`; the same figures are in report.json.

## Figures

At the app's default settings: guidance {figures.guidance_scale:g}, {figures.num_inference_steps} \
steps of DPM-Solver++, {figures.seeds} seeds for each of {concepts} concepts \
(chance is {1 / concepts:.1%}). Every sound is one window of 5.12 s, made in batches \
by the engine's own parts.

{_table(("Recognised by the judge", "Part", "Aim"), shares)}

The judge is a convolutional classifier of log-mels, trained on clips of other seeds than the \
generator's. It has to give one of {concepts} answers: recognised means right among \
these, not beautiful.

The phrasings were written by somebody who had seen neither captions nor answers, for concepts \
drawn by lot. Nothing was chosen by what these seeds gave: which concepts training draws more \
often, guidance and its rescaling were, by the answers of such a judge for other seeds.
"""


def _others(figures: Figures) -> str:
    learnt, smooth = figures.vocoder, figures.without_network
    rows = (
        (
            "codec, mean absolute error of held-out log-mels",
            f"{figures.codec_log_mel_l1:.2f}",
            "0.25",
        ),
        (
            "vocoder, log-spectral distance of held-out clips",
            f"{learnt.log_spectral_db:.1f} dB",
            "5.5 dB",
        ),
        ("the same without its network", f"{smooth.log_spectral_db:.1f} dB", ""),
        ("vocoder, mean absolute error of their log-mels", f"{learnt.log_mel_l1:.2f}", "0.15"),
        ("the same without its network", f"{smooth.log_mel_l1:.2f}", ""),
        *_adjectives(figures.attributes),
        ("sounds of plain prompts louder than full scale", f"{figures.too_loud:.0%}", ""),
    )
    return _table(("Other figures", "", "Aim"), rows) + "\n"


def _adjectives(heard: Attributes) -> Iterable[tuple[str, str, str]]:
    """Yield the rows of the table about attributes."""
    of_all = f"of {heard.instruments} instruments"
    aim = f"{math.ceil(ATTRIBUTES_AIM * heard.instruments)} of {heard.instruments}"
    opposites = {
        f'"high" is {LEAST_SEMITONES:g} semitones above "low", or more': heard.register,
        f'"fast" has {LEAST_TEMPO_RATIO:g} times the onsets of "slow", or more': heard.tempo,
        f'"loud" is {LEAST_DECIBELS:g} dB above "quiet", or more': heard.loudness,
    }
    for name, right in opposites.items():
        yield name, f"{right} {of_all}", aim
    melodies = f"{heard.melody_in_tune:.0%} (real ones {heard.real_melody_in_tune:.0%}, glides 50%)"
    yield "pitches of melodies within 25 cents of a semitone", melodies, ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _training(making: Making) -> str:
    pictures = "\n\n".join(f"![{name.capitalize()}]({name}.svg)" for name in TITLES)
    return f"""## Training

{making.training_clips:,} clips of 5.12 s; the codec's decoder {making.decoder_steps:,} \
steps, the generator {making.generator_steps:,} ({making.generator_samples:,} samples), the judge \
{making.judge_steps:,} on {making.judge_clips:,} clips of its own, the vocoder's magnitude \
network {making.vocoder_steps:,} on the waveforms of {making.vocoder_clips:,} clips.

The shipped weights were trained in several runs, while sizes and data were still changed: \
tokenizer, noise levels and pairs of the generator, and its learning rate was started again. \
These settings are the sum of the runs, and what to repeat. The judge's curve is of pairs of \
neighbours in the list of concepts, the table above is of those that are asked for.

{pictures}

## What it sounds like, seen

For each concept: a real clip, the same through the codec, and one generated.

![Contact sheet](contact_sheet.png)
"""


def _limits(figures: Figures) -> str:
    heard, noise = figures.recognition, figures.noise
    shares = heard.heard_by_concept.items()
    missed = sorted((share, name) for name, share in shares if share < WELL_KNOWN_SHARE)
    weak = ", ".join(f"{name} ({share:.0%})" for share, name in missed) or "none"
    return f"""## What it cannot do

- Recognised in less than three of four clips: {weak}.
- Two sounds at once: both are heard in {heard.pairs:.0%} of the generated pairs, in \
{heard.real_pairs:.0%} of the same pairs of real clips.
- Other sounds than its concepts: asked for one, it makes something it knows.
- What a log-mel does not hold: the fine structure of noises is made up. By the same log-spectral \
distance two drawings of one white noise are {noise.drawings_db:.1f} dB apart, and the mean of \
its spectrum, which no sound has, misses a drawing by {noise.best_guess_db:.1f} dB.
- Phases are reconstructed, so steady tones sound a little rough.
- Music is chance: notes in a key, but no phrase and no form.
"""
