"""The windows of a long clip over ranks: rank 0 steps the clip, each rank predicts some windows.

Only rank 0 has the clip, its scheduler and its checkpoint, so a run may go on over another number
of ranks. Between the ranks go windows and their predictions, a few hundred kilobytes for seconds of
work. The same windows share a call of the denoiser as on one rank, and rank 0 sums them in the same
order, so on equal devices the result is the same to the bit.

A clip of one window stays on rank 0. The two predictions of guidance could be made on two ranks,
but apart they differ from those of one call by rounding (1.3e-6 with the bundled model).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor

from core.api.region import Span
from core.diffusion.prompt_track import PredictWindows
from core.peers.peers import Peers


class WindowBatch(NamedTuple):
    """Windows that are predicted in one call.

    Attributes:
        x: Their latents (W B, C, window_frames, F), concatenated along B.
        spans: Their spans in the clip.
    """

    x: Tensor
    spans: Sequence[Span]


def predict_over_ranks(
    predict: PredictWindows, batches: Sequence[WindowBatch], t: Tensor, peers: Peers
) -> list[Tensor]:
    """At rank 0: predict a batch on each of the first ranks, at most one for each rank.

    Args:
        predict: Predicts windows on this rank.
        batches: The batches, at least one.
        t: The timestep.
        peers: The ranks, the others of which are in `serve_windows`.

    Returns:
        The predictions (W B, C, window_frames, F) of each batch, on this rank's device.

    Raises:
        RankError: A rank failed or is lost.
    """
    first, others = batches[0], dict(enumerate(batches[1:], start=1))
    if others:
        peers.exchange({rank: [_bounds(one), t, one.x] for rank, one in others.items()}, [])
    predicted = [predict(first.x, t, first.spans)]
    if others:
        found = peers.exchange({}, others)
        predicted += [found[rank][0].to(first.x.device) for rank in others]
    return predicted


@contextmanager
def leading_windows(peers: Peers) -> Iterator[None]:
    """At rank 0: denoise in the block; the other ranks serve windows until its end."""
    with peers.leaving_together():
        yield
        if peers.others:
            peers.exchange(dict.fromkeys(peers.others, ()), [])


def serve_windows(predict: PredictWindows, device: torch.device, peers: Peers) -> None:
    """At any other rank: predict the windows that rank 0 sends, until it needs no more.

    Args:
        predict: Predicts windows on this rank.
        device: Where.
        peers: The ranks; to be called inside `Peers.leaving_together`.

    Raises:
        RankLostError: Rank 0 does not answer.
    """
    while message := peers.exchange({}, [0])[0]:
        bounds, t, x = (values.to(device) for values in message)
        spans = [Span(start, stop) for start, stop in bounds.tolist()]
        peers.exchange({0: [predict(x, t, spans)]}, [])


def _bounds(batch: WindowBatch) -> Tensor:
    """Start and stop of each window: (W, 2)."""
    return torch.tensor([[span.start, span.stop] for span in batch.spans])
