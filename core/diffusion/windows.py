"""Denoises latents longer than the model's own clips in overlapping windows along time.

Implements MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113, eq. 5) along one axis: at every
step each window is predicted on its own, and where windows overlap their predictions are blended.
The denoiser never gets more than a few windows at once, and a prediction is released as soon as no
later window covers it, so memory does not grow with length.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.api.config import Blend
from core.api.region import Span
from core.diffusion.prompt_track import PredictWindows
from core.diffusion.shared_windows import WindowBatch, predict_over_ranks
from core.models.text_to_audio_model import TextToAudioModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.peers.sharing import deal_out, turns_of

SMALL_CELLS, SMALL_NUMBERS = 1024, 16_384

Read = Callable[[Span], Tensor]
"""A span of the clip -> its latents (B, C, t, F)."""

PredictClip = Callable[[Read, Tensor], Iterator[Tensor]]
"""(reads the clip, timestep) -> predictions (B, C, t, F) that follow one another along time.

Law: after a prediction is released, nothing before its end is read, so that part may be
overwritten.
"""


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """Windows of one length that cover a clip.

    Attributes:
        num_frames: Length of the clip in latent frames, at least 1.
        window_frames: Length of a window in latent frames, at least 1.
        overlap_frames: Least overlap of neighbours, 0 <= overlap_frames < window_frames.
    """

    num_frames: int
    window_frames: int
    overlap_frames: int

    def __post_init__(self) -> None:
        if self.num_frames < 1 or not 0 <= self.overlap_frames < self.window_frames:
            raise ValueError(f"windows have to be longer than their overlap: {self}")

    @property
    def windows(self) -> tuple[Span, ...]:
        """The windows in the order of time, evenly spread; a short clip is one window.

        Laws: they cover every frame, all have the same length, and the first starts and the last
        ends with the clip.
        """
        slack = self.num_frames - self.window_frames
        if slack <= 0:
            return (Span(0, self.num_frames),)
        count = 1 + -(-slack // (self.window_frames - self.overlap_frames))  # rounded up
        starts = [round(index * slack / (count - 1)) for index in range(count)]
        return tuple(Span(start, start + self.window_frames) for start in starts)


def plan_windows(model: TextToAudioModel, num_latent_frames: int) -> WindowPlan:
    """Windows as long as the clips of the model's training, which overlap by a quarter."""
    return WindowPlan(num_latent_frames, model.window_frames, model.window_frames // 4)


def windows_per_call(model: TextToAudioModel) -> int:
    """How many windows to predict in one call: two, where they are small.

    Measured with the bundled model, whose windows have 512 cells, on a CPU: two at once take 8%
    less processor time a window, four 19% less, but four need more memory than the decoder after
    them. Windows of full-size models have 4,096 cells and keep a processor busy alone, as those of
    Stable Audio do: 1,024 cells of 64 numbers, of which two took 1.3 times the memory. It depends
    on the model alone, so the same request gives the same samples whatever memory is free.
    """
    cells = plan_windows(model, 1).window_frames * model.latent_bins
    is_small = cells <= SMALL_CELLS and cells * model.latent_channels <= SMALL_NUMBERS
    return 2 if is_small else 1


def predict_in_windows(
    predict: PredictWindows,
    plan: WindowPlan,
    blend: Blend = Blend.AVERAGE,
    windows_at_once: int = 1,
    peers: Peers = ALONE,
) -> PredictClip:
    """Predict a whole clip from predictions of its windows.

    A clip of at most one window is predicted whole, so it stays bit-identical.

    Args:
        predict: Predicts windows.
        plan: The windows.
        blend: How predictions are combined where windows overlap.
        windows_at_once: Windows in one call of the denoiser.
        peers: Ranks that predict some of the windows, see `serve_windows`; this is the first.
    """
    windows = plan.windows
    if len(windows) == 1:
        return lambda read, t: iter([predict(read(windows[0]), t, windows)])
    weights = window_weights(plan, blend)  # go to the device with the first prediction
    stops = [*(window.start for window in windows[1:]), plan.num_frames]
    firsts = range(0, len(windows), windows_at_once)
    calls = [slice(first, first + windows_at_once) for first in firsts]

    def predict_clip(read: Read, timestep: Tensor) -> Iterator[Tensor]:
        overlap_add = _OverlapAdd()
        owners = deal_out(len(calls), peers.pace.speeds)
        alone = [Span(call, call + 1) for call in range(len(calls))]
        for turn in turns_of(owners) if peers.size > 1 else alone:
            batches = [  # (W B, C, window_frames, F)
                WindowBatch(torch.cat([read(span) for span in windows[call]]), windows[call])
                for call in calls[turn.slice]
            ]
            predicted = predict_over_ranks(predict, batches, owners[turn.slice], timestep, peers)
            for call, batch, values in zip(calls[turn.slice], batches, predicted, strict=True):
                parts = values.chunk(len(batch.spans))
                weights[call] = [
                    weight.to(part) for weight, part in zip(weights[call], parts, strict=True)
                ]
                for window, weight, part in zip(batch.spans, weights[call], parts, strict=True):
                    overlap_add.add(window, part * weight)
                yield overlap_add.release(stops[call][-1])

    return predict_clip


class _OverlapAdd:
    """The sum of windows' predictions, from what was released up to the last window's end."""

    def __init__(self) -> None:
        self._start = 0
        self._values: Tensor | None = None

    def add(self, window: Span, values: Tensor) -> None:
        """Add the values (B, C, window.length, F) of a window."""
        window = window.shift(-self._start)
        if self._values is None:
            self._values = torch.zeros_like(values)
        missing = max(0, window.stop - self._values.shape[2])
        self._values = F.pad(self._values, (0, 0, 0, missing))  # (B, C, T, F): T is longer
        self._values[:, :, window.slice] += values

    def release(self, stop: int) -> Tensor:
        """Return and drop the frames before `stop`."""
        assert self._values is not None
        count = stop - self._start
        released, self._values = self._values[:, :, :count], self._values[:, :, count:]
        self._start = stop
        return released


def window_weights(plan: WindowPlan, blend: Blend) -> list[Tensor]:
    """Weights (window_frames, 1) of every window, float32; over each frame they sum to 1.

    AVERAGE weights all windows by a bell (MultiDiffusion, Bar-Tal et al. 2023, arXiv 2302.08113,
    eq. 5). SWAP takes one window for each frame, in turns, after SaFa's latent swap (Dai et al.
    2025, arXiv 2502.05130, section 4): nothing is averaged, so fine structure is not smoothed.
    SaFa swaps between latents that each window keeps for itself; here the windows share one latent
    and their predictions are swapped, which works with any sampler. SaFa's other operator, a
    reference that guides windows which do not overlap, is left out.
    """
    return _swap_weights(plan) if blend is Blend.SWAP else _bell_weights(plan)


def _bell_weights(plan: WindowPlan) -> list[Tensor]:
    """Hann windows, sampled between their zeros so that none is 0, normalised to sum 1."""
    phase = (torch.arange(plan.window_frames, dtype=torch.float64) + 0.5) / plan.window_frames
    bell = torch.sin(torch.pi * phase).square()
    total = torch.zeros(plan.num_frames, dtype=torch.float64)
    for window in plan.windows:
        total[window.slice] += bell
    return [(bell / total[window.slice]).float().unsqueeze(1) for window in plan.windows]


def _swap_weights(plan: WindowPlan) -> list[Tensor]:
    """1 where it is the window's turn: frame t takes window t mod n of the n that cover it."""
    count = torch.zeros(plan.num_frames, dtype=torch.long)
    for window in plan.windows:
        count[window.slice] += 1
    turn, rank = torch.arange(plan.num_frames) % count, torch.zeros_like(count)
    weights = []
    for window in plan.windows:
        weights.append((turn == rank)[window.slice].float().unsqueeze(1))
        rank[window.slice] += 1
    return weights
