"""The windows of a long clip over ranks: rank 0 steps the clip, each rank predicts some windows.

Windows are dealt out in turns, a window for each rank; a rank that was measured to be slower gets
fewer. Where the number of windows is odd, one of two equal ranks waits in the last turn of a step:
n windows take ceil(n / 2) / n of the time of one rank.

Only rank 0 has the clip, its scheduler and its checkpoint, so a run may go on over another number
of ranks. Between the ranks go windows and their predictions, a few hundred kilobytes for seconds of
work. The same windows share a call of the denoiser as on one rank, and rank 0 sums them in the same
order, so on equal devices the result is the same to the bit.

A clip of one window stays on rank 0. The two predictions of guidance could be made on two ranks,
but apart they differ from those of one call by rounding (1.3e-6 with the bundled model).
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor

from core.api.region import Span
from core.diffusion.prompt_track import PredictWindows
from core.peers.peers import Peers
from core.runtime.device import synchronize


class WindowBatch(NamedTuple):
    """Windows that are predicted in one call.

    Attributes:
        x: Their latents (W B, C, window_frames, F), concatenated along B.
        spans: Their spans in the clip.
    """

    x: Tensor
    spans: Sequence[Span]


def predict_over_ranks(
    predict: PredictWindows,
    batches: Sequence[WindowBatch],
    owners: Sequence[int],
    t: Tensor,
    peers: Peers,
) -> list[Tensor]:
    """At rank 0: predict batches, each on its rank; the ranks work at the same time.

    Args:
        predict: Predicts windows on this rank.
        batches: The batches, at least one.
        owners: The rank of each batch.
        t: The timestep.
        peers: The ranks, the others of which are in `serve_windows`; their pace is measured.

    Returns:
        The predictions (W B, C, window_frames, F) of each batch, on this rank's device.

    Raises:
        RankError: A rank failed or is lost.
    """
    if peers.size == 1:
        return [predict(one.x, t, one.spans) for one in batches]
    asked: dict[int, list[Tensor]] = {}
    for one, owner in zip(batches, owners, strict=True):
        if owner != peers.rank:
            asked.setdefault(owner, [t]).extend((_bounds(one), one.x))
    peers.exchange(asked, [])
    found: dict[int, list[Tensor]] = {peers.rank: []}
    for one, owner in zip(batches, owners, strict=True):
        if owner == peers.rank:
            values, took_s = _timed(predict, one.x, t, one.spans)
            found[owner].append(values)
            peers.pace.note(owner, float(took_s))
    for owner, (least_s, *others) in peers.exchange({}, asked).items():
        peers.pace.note(owner, float(least_s))
        found[owner] = [each.to(t.device) for each in others]
    return [found[owner].pop(0) for owner in owners]


@contextmanager
def leading_windows(peers: Peers) -> Iterator[None]:
    """At rank 0: denoise in the block; the other ranks serve windows until its end.

    Then all go by the speeds that were measured.
    """
    with peers.leaving_together():
        yield
        if peers.others:
            peers.exchange(dict.fromkeys(peers.others, ()), [])
            peers.agree_on_speeds()


def serve_windows(predict: PredictWindows, device: torch.device, peers: Peers) -> None:
    """At any other rank: predict the windows that rank 0 sends, until it needs no more.

    Then all go by the speeds that were measured.

    Args:
        predict: Predicts windows on this rank.
        device: Where.
        peers: The ranks; to be called inside `Peers.leaving_together`.

    Raises:
        RankLostError: Rank 0 does not answer.
    """
    while message := peers.exchange({}, [0])[0]:
        t, *rest = (values.to(device) for values in message)
        predicted = []
        for bounds, x in zip(rest[::2], rest[1::2], strict=True):
            spans = [Span(start, stop) for start, stop in bounds.tolist()]
            predicted.append(_timed(predict, x, t, spans))
        least_s = min((took_s for _, took_s in predicted), key=float)
        peers.exchange({0: [least_s, *(values for values, _ in predicted)]}, [])
    peers.agree_on_speeds()


def _timed(
    predict: PredictWindows, x: Tensor, t: Tensor, spans: Sequence[Span]
) -> tuple[Tensor, Tensor]:
    """A prediction, and the seconds that each of its windows took."""
    start_s = time.perf_counter()
    values = predict(x, t, spans)
    synchronize(x.device)
    return values, torch.tensor((time.perf_counter() - start_s) / len(spans))


def _bounds(batch: WindowBatch) -> Tensor:
    """Start and stop of each window: (W, 2)."""
    return torch.tensor([[span.start, span.stop] for span in batch.spans])
