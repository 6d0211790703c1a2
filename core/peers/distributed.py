"""Ranks in processes of their own, on one machine or several, joined by torch.distributed."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor
from torch.distributed.distributed_c10d import Store

from core.api.errors import RankLostError
from core.peers.agreement import OtherRankLeaves, Outcome, joint_error
from core.peers.channel import Channel, Kind, Sending, Tag
from core.peers.peers import Peers, Plain
from core.peers.rank_pace import RankPace

LOOK_INTERVAL_S = 0.2  # between two looks into the store whether another rank leaves
ANSWER_S = 1800.0  # a rank may compute for so long before it answers


class DistributedPeers(Peers):
    """One of several ranks.

    Args:
        store: The ranks' common store, for example a `TCPStore` that rank 0 keeps.
        rank: Number of this rank.
        size: Number of ranks.
        device: Name of this rank's device.
        speed: How much work this rank does in the same time as others.
        timeout_s: After so long without an answer a rank counts as lost.

    Raises:
        RankLostError: The ranks do not come together in time.
    """

    def __init__(
        self,
        store: Store,
        rank: int,
        size: int,
        device: str,
        *,
        speed: float = 1.0,
        timeout_s: float = ANSWER_S,
    ) -> None:
        super().__init__(rank, [device] * size, [1.0] * size)
        self._channel = Channel(store, rank, size, timeout_s)
        self._sent: list[Sending] = []
        self._posted: list[Sending] = []
        self._left: dict[int, Plain] = {}  # outcomes that came while something else was expected
        self._num_received = [0] * size
        self._num_agreements = 0
        self._agreed: Exception | None = None
        self._next_look_s = 0.0
        names, speeds = zip(*self.gather([device, speed]), strict=True)
        self.devices, self.speeds, self.pace = tuple(names), tuple(speeds), RankPace(speeds)
        self._channel.devices = list(names)

    def gather(self, value: Plain) -> list[Plain]:
        """Each rank sends to each other one: so it is known which one does not answer."""
        self._sent += [self._channel.send_plain(rank, Tag.EXCHANGE, value) for rank in self.others]
        found = {rank: self._fetch(rank) for rank in self.others}
        self._wait_for_sent()
        return [found.get(rank, value) for rank in range(self.size)]

    def gather_tensors(self, tensors: Sequence[Tensor]) -> list[list[Tensor]]:
        """Each rank sends to each other one."""
        found = self.exchange(dict.fromkeys(self.others, tensors), self.others)
        return [found.get(rank, list(tensors)) for rank in range(self.size)]

    def exchange(
        self, outgoing: Mapping[int, Sequence[Tensor]], sources: Collection[int]
    ) -> dict[int, list[Tensor]]:
        """All sendings begin before this rank waits for any: so no order can deadlock."""
        self._sent += [
            self._channel.send_tensors(rank, Tag.EXCHANGE, tensors)
            for rank, tensors in sorted(outgoing.items())
        ]
        found = {rank: self._fetch(rank) for rank in sorted(sources)}
        self._wait_for_sent()
        return found

    def spread(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Rank 0 sends to each other one."""
        if self.is_first:
            self.exchange(dict.fromkeys(self.others, tensors), [])
            return list(tensors)
        return self.exchange({}, [0])[0]

    def post(self, tensors: Sequence[Tensor]) -> None:
        """Begin to send; the agreement waits for the end."""
        self._posted.append(self._channel.send_tensors(0, Tag.RESULTS, tensors))

    def receive(self, rank: int) -> list[Tensor]:
        """Wait for a rank's next results; it may leave instead."""
        message = self._channel.receive(rank, Tag.RESULTS)
        self._num_received[rank] += 1
        if message.kind is not Kind.TENSORS:
            raise OtherRankLeaves
        return list(message.value)

    @contextmanager
    def leaving_together(self) -> Iterator[None]:
        """Where a rank fails, it says so before it waits for the others, which then hurry."""
        error: Exception | None = None
        try:
            yield
        except RankLostError:
            raise
        except Exception as found:
            if found is self._agreed:
                raise
            error = found
            self._announce()
        except BaseException:  # the generator's user fails, and agrees in the block around it
            self._announce()
            raise
        self._agree(error)

    def check(self) -> None:
        """Look into the store now and then."""
        now_s = time.monotonic()
        if now_s < self._next_look_s:
            return
        self._next_look_s = now_s + LOOK_INTERVAL_S
        self._channel.check_lost()
        if self._channel.is_set(self._leaving_key):
            raise OtherRankLeaves

    def close(self) -> None:
        """The last gathering ends when every rank has come to it."""
        self.gather(None)

    def _agree(self, error: Exception | None) -> None:
        """Tell how it went here, hear how it went elsewhere, and raise what all raise."""
        own = Outcome.of(error, len(self._posted))
        self._sent += [
            self._channel.send_plain(rank, Tag.EXCHANGE, own.to_plain(), Kind.OUTCOME)
            for rank in self.others
        ]
        found = {rank: self._fetch_outcome(rank) for rank in self.others}
        outcomes = [found.get(rank, own) for rank in range(self.size)]
        self._drain(outcomes)
        self._num_agreements += 1
        self._agreed = joint_error(error, outcomes, self.devices)
        if self._agreed is error:
            error = None  # an error is not its own cause
        if self._agreed is not None:
            raise self._agreed from error

    def _announce(self) -> None:
        """Make the other ranks look up: in the store, and where rank 0 waits for results."""
        self._channel.set(self._leaving_key)
        if not self.is_first:
            self._posted.append(self._channel.send_plain(0, Tag.RESULTS, None))

    def _drain(self, outcomes: Sequence[Outcome]) -> None:
        """Fetch results that nobody wants any more: else they would come before the next ones."""
        if self.is_first:
            for rank in self.others:
                for _ in range(outcomes[rank].num_posted - self._num_received[rank]):
                    self._channel.receive(rank, Tag.RESULTS)
        self._num_received = [0] * self.size
        self._sent += self._posted
        self._posted = []
        self._wait_for_sent()

    def _fetch(self, rank: int) -> Any:
        """The next value of a rank, unless it has come to the end of the work already."""
        if rank not in self._left:
            message = self._channel.receive(rank, Tag.EXCHANGE)
            if message.kind is not Kind.OUTCOME:
                return message.value
            self._left[rank] = message.value
        raise OtherRankLeaves

    def _fetch_outcome(self, rank: int) -> Outcome:
        """How a rank's work ended; what it sent before that, and nobody fetched, is dropped."""
        while rank not in self._left:
            message = self._channel.receive(rank, Tag.EXCHANGE)
            if message.kind is Kind.OUTCOME:
                self._left[rank] = message.value
        return Outcome.from_plain(self._left.pop(rank))

    def _wait_for_sent(self) -> None:
        for sending in self._sent:
            sending.wait()
        self._sent = []

    @property
    def _leaving_key(self) -> str:
        return f"leaving {self._num_agreements}"
