"""Training of the judge: real clips at any level, alone or two at once, with pieces hidden."""

from collections.abc import Sequence
from itertools import chain

import torch
import torch.nn.functional as F
from torch import Tensor

from bundled_model.data.planning import go_together
from bundled_model.data.waveform_mixing import mixed_by_level
from bundled_model.data.waveform_store import WaveformStore, log_mels_of
from bundled_model.judge.network import Judge
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from core.mel import LOG_FLOOR

GAIN_RANGE = (-2.0, 0.7)
"""Change of level in natural logarithms: the loudness says nothing about the concept."""
BLUR_SHARE = 0.3
DROPPED_SHARE = 0.2
LABEL_SMOOTHING = 0.05
JUDGED_PAIR_SHARE = 0.5
"""Part of the clips to which a second one is mixed: a judge taught single sounds alone rarely hears
both of a pair.
"""
MIXED_WITHIN_DB = 6.0
"""The second sound is so much softer at most, or louder."""
HELD_OUT_LEVEL_DB = -3.0
"""Its level in the held-out pairs."""
FEW_ANSWERS = 5
PARTNER_SEED = 5


class JudgeTask(Task):
    """Cross-entropy over the concepts, half for each where there are two.

    Args:
        judge: The network to train.
        training: Clips of recordings that the generator never uses, and of seeds of their own.
        held_out: Clips to measure on, of other recordings again.
        clips: Size of a part of a batch.
    """

    network: Judge

    def __init__(
        self, judge: Judge, training: WaveformStore, held_out: WaveformStore, clips: int = 16
    ) -> None:
        self.network, self.training, self.held_out, self.clips = judge, training, held_out, clips
        self.labels = labels_of(training)

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the loss of a part of a batch of altered clips."""
        first, other = (
            torch.randint(len(self.training), (self.clips,), generator=generator) for _ in "ab"
        )
        is_pair = torch.rand(self.clips, generator=generator) < JUDGED_PAIR_SHARE
        second = torch.where(is_pair, other, first)
        levels_db = MIXED_WITHIN_DB * (2 * torch.rand(self.clips, generator=generator) - 1)
        log_mel = mixed_clips(self.training, first, second, levels_db)
        with bfloat16():
            features = self.network.describe(alter(log_mel, generator))
            logits = self.network.classes(_thinned(features, generator))
        parts = [F.one_hot(self.labels[numbers], logits.shape[1]) for numbers in (first, second)]
        wanted = (parts[0] + parts[1]) / 2
        return F.cross_entropy(logits.float(), wanted, label_smoothing=LABEL_SMOOTHING)

    def validate(self, network: Judge) -> dict[str, float]:
        """Return the parts of held-out clips, and of pairs of them, that are recognised."""
        clips = self.held_out.log_mels(torch.arange(len(self.held_out)))
        labels = labels_of(self.held_out)[:, None]
        recorded = torch.tensor([plan.excerpt is not None for plan in self.held_out.plans])
        few = (likeliest(network, clips, FEW_ANSWERS) == labels).any(dim=1).float()
        return {
            "recognised": is_recognised(network, clips, labels).float().mean().item(),
            "among_five": few.mean().item(),
            "recordings_among_five": few[recorded].mean().item() if recorded.any() else 0.0,
            "pairs": is_recognised(network, *pairs_of(self.held_out)).float().mean().item(),
        }


def labels_of(clips: WaveformStore) -> Tensor:
    """Return the index of each clip's concept, shape (clips,)."""
    return torch.tensor([plan.concept for plan in clips.plans])


def pairs_of(clips: WaveformStore) -> tuple[Tensor, Tensor]:
    """Return log-mels of pairs that go together, and both labels of each, shape (B, 2).

    Every clip's partner is drawn, always the same one: all kinds of pairs are among them.
    """
    labels = labels_of(clips)
    partners = torch.randperm(len(clips), generator=torch.Generator().manual_seed(PARTNER_SEED))
    both = torch.stack([labels, labels[partners]], dim=1)
    first = torch.tensor([go_together(*pair) for pair in both.tolist()]).nonzero()[:, 0]
    return mixed_clips(clips, first, partners[first]), both[first]


def pairs_of_concepts(
    clips: WaveformStore, pairs: Sequence[Sequence[int]]
) -> tuple[Tensor, Tensor]:
    """Return what `pairs_of` does, for given pairs of concepts: as many of each as clips allow."""
    labels = labels_of(clips)
    of = {concept: (labels == concept).nonzero()[:, 0].tolist() for concept in set(chain(*pairs))}
    numbers = [both for first, second in pairs for both in zip(of[first], of[second], strict=False)]
    first, second = torch.tensor(numbers).T
    return mixed_clips(clips, first, second), labels[torch.tensor(numbers)]


def mixed_clips(
    clips: WaveformStore, first: Tensor, second: Tensor, levels_db: Tensor | None = None
) -> Tensor:
    """Return log-mels (B, 1, T, F) of clips with others mixed to them, by their numbers (B,).

    Args:
        clips: What to mix.
        first: Clips of the first sounds; one that is its own second sound stays alone.
        second: Clips of the second sounds.
        levels_db: Levels of the second sounds; `HELD_OUT_LEVEL_DB` when left out.
    """
    levels = [HELD_OUT_LEVEL_DB] * len(first) if levels_db is None else levels_db.tolist()
    pieces = []
    for one, other, level_db in zip(first.tolist(), second.tolist(), levels, strict=True):
        waveform = clips.waveform(one)
        if other != one:
            waveform = mixed_by_level((waveform, clips.waveform(other)), (0.0, level_db))
        pieces.append(log_mels_of([waveform]))
    return torch.cat(pieces) if pieces else clips.log_mels(first)


@torch.inference_mode()
def likeliest(judge: Judge, log_mel: Tensor, answers: int) -> Tensor:
    """Return the likeliest concepts of spectrograms (B, 1, T, F) as indices, shape (B, answers)."""
    return torch.cat([judge(piece).topk(answers).indices for piece in log_mel.split(62)])


def recognise(judge: Judge, log_mel: Tensor) -> Tensor:
    """Return the likeliest concept of each spectrogram (B, 1, T, F) as an index, shape (B,)."""
    return likeliest(judge, log_mel, 1)[:, 0]


def is_recognised(judge: Judge, log_mel: Tensor, wanted: Tensor) -> Tensor:
    """Tell for which spectrograms (B, 1, T, F) the judge's first answers are the wanted concepts.

    Args:
        judge: The judge.
        log_mel: What it listens to.
        wanted: Concepts of each spectrogram, in any order, shape (B, n): its first n are compared.
    """
    answers = likeliest(judge, log_mel, wanted.shape[1])
    return (answers.sort(dim=1).values == wanted.sort(dim=1).values).all(dim=1)


def _thinned(features: Tensor, generator: torch.Generator) -> Tensor:
    """Drop some features (dropout), by chance that comes from the step alone."""
    kept = torch.rand(features.shape, generator=generator) >= DROPPED_SHARE
    return features * kept / (1 - DROPPED_SHARE)


def alter(log_mel: Tensor, generator: torch.Generator) -> Tensor:
    """Change the level, hide a stretch of time and a band, blur some: none changes the concept."""
    clips, _, frames, bins = log_mel.shape
    low, high = GAIN_RANGE
    gain = low + (high - low) * torch.rand(clips, 1, 1, 1, generator=generator)
    altered = (log_mel + gain).clamp(min=LOG_FLOOR)
    blurred = F.avg_pool2d(altered, 3, stride=1, padding=1, count_include_pad=False)
    is_blurred = torch.rand(clips, 1, 1, 1, generator=generator) < BLUR_SHARE
    altered = torch.where(is_blurred, blurred, altered)
    for row in altered:
        first_frame, first_bin = (
            int(torch.randint(size, (1,), generator=generator)) for size in (frames, bins)
        )
        row[:, first_frame : first_frame + frames // 8] = LOG_FLOOR
        row[:, :, first_bin : first_bin + bins // 12] = LOG_FLOOR
    return altered
