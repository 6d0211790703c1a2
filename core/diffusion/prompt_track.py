"""Prompts along the time of a clip, each cross-faded into the next.

Every prompt is predicted where it is active, and the predictions are mixed frame by frame, as
MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113, section 4.2) mixes prompts over regions. A
window holds few prompts, so neither memory nor time grows with their number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.api.region import Span
from core.models.text_to_audio_model import Conditioning

PredictWindows = Callable[[Tensor, Tensor, Sequence[Span]], Tensor]
"""(windows concatenated along B, timestep, their spans in the clip) -> their predictions."""


@dataclass(frozen=True, slots=True)
class PromptTrack:
    """Prompts along time.

    Attributes:
        conditionings: The prompts, in the order of time; at least one.
        starts: First latent frame of each, ascending; the first is 0.
        fade_frames: Length of a fade from one prompt to the next, centred where that begins.
    """

    conditionings: tuple[Conditioning, ...]
    starts: tuple[int, ...] = (0,)
    fade_frames: int = 0

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.starts, self.starts[1:], strict=False))
        if len(self.starts) != len(self.conditionings) or self.starts[:1] != (0,) or not rising:
            raise ValueError(f"prompts have to begin at 0 and follow each other: {self.starts}")

    def weights(self, index: int, span: Span) -> Tensor:
        """The weight of prompt `index` at each frame of `span`: (span.length, 1), float32.

        Laws: between 0 and 1; over all prompts they sum to 1 at every frame.
        """
        weight = self._fade_in(index, span)
        if index + 1 < len(self.starts):
            weight = weight - self._fade_in(index + 1, span)
        return weight.float().unsqueeze(1)

    def is_active(self, index: int, span: Span) -> bool:
        """Whether prompt `index` has weight anywhere in `span`."""
        return bool(self.weights(index, span).any())

    def beginning_at(self, frame: int) -> "PromptTrack":
        """The prompts from a frame on, which becomes frame 0; a fade before it is over."""
        first = max(index for index, start in enumerate(self.starts) if start <= frame)
        starts = tuple(max(0, start - frame) for start in self.starts[first:])
        return PromptTrack(self.conditionings[first:], starts, self.fade_frames)

    def _fade_in(self, index: int, span: Span) -> Tensor:
        """The fade into prompt `index` at each frame of `span`, 0 to 1."""
        frames = torch.arange(span.start, span.stop, dtype=torch.float64)
        if index == 0:
            return torch.ones_like(frames)
        position = frames + 0.5 - self.starts[index]
        return (position / max(self.fade_frames, 1) + 0.5).clamp(0, 1)


def mix_prompts(track: PromptTrack, predicts: Sequence[PredictWindows]) -> PredictWindows:
    """Mix the predictions of all prompts by their weights along time.

    Args:
        track: Where each prompt is active.
        predicts: The guided denoiser of each prompt.

    Returns:
        A prediction of windows; with one prompt it is that prompt's, bit for bit.
    """
    if len(predicts) == 1:
        return predicts[0]

    def predict_windows(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        parts = x.chunk(len(windows))  # (W B, C, T, F) -> W times (B, C, T, F)
        mixed = [torch.zeros_like(part) for part in parts]
        for index, predict in enumerate(predicts):
            rows = [row for row, window in enumerate(windows) if track.is_active(index, window)]
            if rows:
                x_active = torch.cat([parts[row] for row in rows])
                predicted = predict(x_active, t, [windows[row] for row in rows]).chunk(len(rows))
                for row, prediction in zip(rows, predicted, strict=True):
                    mixed[row] += prediction * track.weights(index, windows[row]).to(x)
        return torch.cat(mixed)

    return predict_windows
