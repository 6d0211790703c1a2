"""Training of the judge: real clips at any level, with pieces hidden."""

import torch
import torch.nn.functional as F
from torch import Tensor

from bundled_model.data.clip_store import ClipStore
from bundled_model.judge.network import Judge
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from core.mel import LOG_FLOOR

GAIN_RANGE = (-2.0, 0.7)
"""Change of level in natural logarithms: the loudness says nothing about the concept."""
BLUR_SHARE = 0.3
DROPPED_SHARE = 0.2
LABEL_SMOOTHING = 0.05


class JudgeTask(Task):
    """Cross-entropy over the concepts.

    Args:
        judge: The network to train.
        training: Clips of one concept each, of seeds that the generator never uses.
        held_out: Clips to measure on.
        clips: Size of a part of a batch.
    """

    network: Judge

    def __init__(
        self, judge: Judge, training: ClipStore, held_out: ClipStore, clips: int = 16
    ) -> None:
        self.network, self.training, self.held_out, self.clips = judge, training, held_out, clips
        self.labels = torch.tensor([plan.concept for plan in training.plans])
        self.held_out_labels = torch.tensor([plan.concept for plan in held_out.plans])

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the loss of a part of a batch of altered clips."""
        numbers = torch.randint(len(self.training), (self.clips,), generator=generator)
        log_mel = alter(self.training.batch(numbers), generator)
        with bfloat16():
            features = self.network.describe(log_mel)
            logits = self.network.classes(_thinned(features, generator))
        return F.cross_entropy(
            logits.float(), self.labels[numbers], label_smoothing=LABEL_SMOOTHING
        )

    def validate(self, network: Judge) -> dict[str, float]:
        """Return the part of held-out clips that is recognised."""
        return {"recognised": recognised_share(network, self.held_out, self.held_out_labels)}


@torch.inference_mode()
def recognise(judge: Judge, log_mel: Tensor) -> Tensor:
    """Return the most likely concept of each spectrogram (B, 1, T, F) as an index, shape (B,)."""
    return torch.cat([judge(piece).argmax(dim=1) for piece in log_mel.split(62)])


def recognised_share(judge: Judge, clips: ClipStore, labels: Tensor) -> float:
    """Return the part of real clips whose concept is told rightly."""
    pieces = torch.arange(len(clips)).split(62)
    answers = torch.cat([recognise(judge, clips.batch(piece)) for piece in pieces])
    return (answers == labels).float().mean().item()


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
