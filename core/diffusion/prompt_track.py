"""Which prompt holds when: prompts laid along a clip, each faded into the next.

Every prompt is predicted where it is heard and the predictions are mixed frame by frame, as
MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113, section 4.2) mixes prompts over regions. A
window holds few prompts, so neither memory nor time grows with their number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.api.region import Span
from core.models.text_to_audio_model import Conditioning

Predict = Callable[[Tensor, Tensor], Tensor]
"""(latents (B, C, T, F), timestep) -> prediction (B, C, T, F)."""

PredictWindows = Callable[[Tensor, Tensor, Sequence[Span]], Tensor]
"""(windows one after another in B, timestep, their places in the clip) -> their predictions."""


@dataclass(frozen=True, slots=True)
class PromptTrack:
    """Prompts along time.

    Attributes:
        conditionings: The prompts, in the order of time; at least one.
        starts: Latent frame at which each begins, rising; the first is 0.
        fade_frames: Length of a fade from one prompt to the next, centred where that begins.
    """

    conditionings: tuple[Conditioning, ...]
    starts: tuple[int, ...] = (0,)
    fade_frames: int = 0

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.starts, self.starts[1:], strict=False))
        if len(self.starts) != len(self.conditionings) or self.starts[:1] != (0,) or not rising:
            raise ValueError(f"prompts have to begin at 0 and follow each other: {self.starts}")

    def shares(self, index: int, span: Span) -> Tensor:
        """How much prompt `index` counts at each frame of `span`: (span.length, 1), float32.

        Laws: between 0 and 1; over all prompts they sum to 1 at every frame.
        """
        begun = self._begun(index, span)
        if index + 1 < len(self.starts):
            begun = begun - self._begun(index + 1, span)
        return begun.float().unsqueeze(1)

    def heard(self, index: int, span: Span) -> bool:
        """Whether prompt `index` counts anywhere in `span`."""
        return bool(self.shares(index, span).any())

    def _begun(self, index: int, span: Span) -> Tensor:
        """How far each frame of `span` is past the fade into prompt `index`, 0 to 1."""
        frames = torch.arange(span.start, span.stop, dtype=torch.float64)
        if index == 0:
            return torch.ones_like(frames)
        past = frames + 0.5 - self.starts[index]
        return (past / max(self.fade_frames, 1) + 0.5).clamp(0, 1)


def along(track: PromptTrack, predicts: Sequence[Predict]) -> PredictWindows:
    """Predictions under the prompts of their time.

    Args:
        track: Where each prompt is heard.
        predicts: The guided denoiser of each prompt.

    Returns:
        A prediction of windows; with one prompt alone it is that prompt's, bit for bit.
    """
    if len(predicts) == 1:
        return lambda x, t, windows: predicts[0](x, t)

    def predict_windows(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        parts = x.chunk(len(windows))  # (W B, C, T, F) -> W times (B, C, T, F)
        mixed = [torch.zeros_like(part) for part in parts]
        for index, predict in enumerate(predicts):
            rows = [row for row, window in enumerate(windows) if track.heard(index, window)]
            if rows:
                heard = predict(torch.cat([parts[row] for row in rows]), t).chunk(len(rows))
                for row, prediction in zip(rows, heard, strict=True):
                    mixed[row] += prediction * track.shares(index, windows[row]).to(x)
        return torch.cat(mixed)

    return predict_windows
