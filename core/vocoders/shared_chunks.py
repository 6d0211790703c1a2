"""The chunks of a vocoder over ranks: rank 0 has the log-mel, and each rank vocodes some chunks.

Chunks do not depend on each other, so the samples are those of one rank to the bit where devices
are equal. Between the ranks go frames with their halos, and samples: a few hundred kilobytes for
seconds of work. Ranks decode in turns, and after each of them they vocode what is complete: so no
rank waits for frames while it has tiles to decode, and a long clip is heard turn by turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.peers.peers import Peers
from core.vocoders.hifigan import HifiGanStream, HifiGanVocoder, VocoderChunk

MOST_OF_A_RANK = 16  # chunks that a rank gets at once: 41 s of AudioLDM's


@dataclass
class SharedStream:
    """At rank 0: a `VocoderStream` whose chunks are vocoded over ranks.

    Attributes:
        vocoder: This rank's vocoder.
        peers: The ranks; after each turn, and at the end, the others are in `serve_chunks`.
    """

    vocoder: HifiGanVocoder
    peers: Peers
    _stream: HifiGanStream = field(init=False)
    _ready: list[FloatArray] = field(init=False, default_factory=list)
    _is_heard: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._stream = self.vocoder.stream()

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F), and return the samples that are ready.

        The first chunks come at once, from this rank; the others wait for the end of a turn.
        """
        self._stream.append(mel)
        if not self._is_heard and self._stream.num_complete:
            self._is_heard = True
            self._ready += self.vocoder.vocode_chunks(self._stream.take_chunks())
        return self._take_ready()

    def end_turn(self) -> None:
        """Vocode what is complete over all ranks; the next `push` returns it."""
        self._vocode(self._stream.take_chunks())

    def finish(self) -> FloatArray:
        """Vocode the rest over all ranks, and return the remaining samples."""
        self._vocode(self._stream.take_chunks(is_over=True))
        return self._take_ready()

    def _vocode(self, chunks: Sequence[VocoderChunk]) -> None:
        together = MOST_OF_A_RANK * self.peers.size
        for first in range(0, len(chunks), together):
            self._ready += self._over_ranks(chunks[first : first + together])
        self.peers.exchange(dict.fromkeys(self.peers.others, ()), [])  # the turn is over

    def _over_ranks(self, chunks: Sequence[VocoderChunk]) -> list[FloatArray]:
        """The samples of each chunk; each rank vocodes a stretch of them."""
        own, *shares = (chunks[share.slice] for share in self.peers.share([1.0] * len(chunks)))
        asked = {rank: _packed(share) for rank, share in enumerate(shares, start=1) if share}
        self.peers.exchange(asked, [])
        samples = self.vocoder.vocode_chunks(own)
        found = self.peers.exchange({}, asked)
        for rank in asked:
            num_overflows, *vocoded = found[rank]
            self.vocoder.num_overflows += int(num_overflows)
            samples += [values.numpy() for values in vocoded]
        return samples

    def _take_ready(self) -> FloatArray:
        ready, self._ready = self._ready, []
        return np.concatenate([np.zeros(0, np.float32), *ready])


def serve_chunks(vocoder: HifiGanVocoder, check: Callable[[], None], peers: Peers) -> None:
    """At any other rank: vocode the chunks that rank 0 sends, until the turn is over.

    Args:
        vocoder: The same vocoder, on this rank's device.
        check: Called before any chunk; may raise, as where the run is cancelled.
        peers: The ranks; to be called inside `Peers.leaving_together`.

    Raises:
        RankLostError: Rank 0 does not answer.
    """
    while message := peers.exchange({}, [0])[0]:
        before, samples = vocoder.num_overflows, []
        chunks, at_once = _unpacked(message), vocoder.chunks_at_once
        for first in range(0, len(chunks), at_once):
            check()
            samples += vocoder.vocode_chunks(chunks[first : first + at_once])
        num_overflows = torch.tensor(vocoder.num_overflows - before)
        peers.exchange({0: [num_overflows, *map(torch.from_numpy, samples)]}, [])


def _packed(chunks: Sequence[VocoderChunk]) -> list[Tensor]:
    """Where the chunks lie, (n, 5), and the frames of each."""
    places = [
        [one.span.start, one.span.stop, one.core.start, one.core.stop, one.num_frames]
        for one in chunks
    ]
    return [torch.tensor(places), *(one.mel for one in chunks)]


def _unpacked(message: Sequence[Tensor]) -> list[VocoderChunk]:
    places, *mels = message
    return [
        VocoderChunk(mel, Span(start, stop), Span(first, end), num_frames)
        for mel, (start, stop, first, end, num_frames) in zip(mels, places.tolist(), strict=True)
    ]
