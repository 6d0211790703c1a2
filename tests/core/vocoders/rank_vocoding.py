"""What ranks do in the tests of shared chunks: a function that a `RankPool` runs in each rank."""

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.errors import TesseraError
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.vocoders.hifigan import HifiGanVocoder
from core.vocoders.shared_chunks import SharedStream, serve_chunks
from tests.core.vocoders.test_hifigan import make_mel, make_network

CHUNK_FRAMES = 16


class OverflowingVocoder(HifiGanVocoder):
    """Counts an overflow for each chunk."""

    def vocode_part(self, *args: Tensor | object) -> FloatArray:
        self.num_overflows += 1
        return super().vocode_part(*args)  # type: ignore[arg-type]


def check() -> None:
    """Nothing is cancelled."""


def no_memory() -> None:
    raise TesseraError("no memory.")


def vocode(
    peers: Peers, turns: list[list[int]], failing: int | None = None
) -> tuple[list[FloatArray], int] | str:
    """What each push of each turn gave at rank 0, and the overflows; or the error of this rank.

    Args:
        peers: The ranks.
        turns: Frames of each push, turn by turn.
        failing: A rank that fails over its first chunk.
    """
    vocoder = OverflowingVocoder(make_network(), CHUNK_FRAMES)
    try:
        with torch.inference_mode(), peers.leaving_together():
            if peers.is_first:
                return _lead(vocoder, peers, turns), vocoder.num_overflows
            for _ in turns:
                serve_chunks(vocoder, no_memory if peers.rank == failing else check, peers)
    except TesseraError as error:
        return str(error)
    return [], vocoder.num_overflows


def _lead(vocoder: HifiGanVocoder, peers: Peers, turns: list[list[int]]) -> list[FloatArray]:
    stream = vocoder.stream() if peers is ALONE else SharedStream(vocoder, peers)
    mel, first, found = make_mel(sum(map(sum, turns))), 0, [np.zeros(0, np.float32)]
    for number, pushes in enumerate(turns):
        if number and isinstance(stream, SharedStream):
            stream.end_turn()
        for count in pushes:
            found.append(stream.push(mel[first : first + count]))
            first += count
    return [*found, stream.finish()]
