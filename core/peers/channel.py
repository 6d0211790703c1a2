"""Messages between two ranks over torch.distributed's gloo: bytes, and tensors with their shapes.

Messages are two-sided, so that no rank can change what another one reads. gloo carries them between
processors; tensors of another device pass through host memory. NCCL would save that copy between
CUDA devices. It is not used: no machine with two of them was there to try it on.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.distributed.distributed_c10d import PrefixStore, ProcessGroupGloo, Store

from core.api.errors import RankLostError

_LOST = "lost"  # the store's key for the first rank that was found lost
_STORE_HOST = 0  # the rank that keeps the store: where that is gone, it is


class Tag(IntEnum):
    """Two lanes between two ranks; messages of one lane arrive in the order they were sent in."""

    EXCHANGE = 1
    RESULTS = 2


class Kind(StrEnum):
    """What a message holds."""

    PLAIN = "plain"
    TENSORS = "tensors"
    OUTCOME = "outcome"  # a plain value: the rank has come to the end of common work


class Message(NamedTuple):
    """A message as it arrives: a plain value, or a list of tensors in host memory."""

    kind: Kind
    value: Any


class Channel:
    """Sends and fetches messages; says which rank is lost where that fails.

    Args:
        store: The ranks' common store, such as a `TCPStore`; only this channel's keys are used.
        rank: Number of this rank.
        size: Number of ranks.
        timeout_s: After so long without an answer a rank counts as lost.

    Attributes:
        devices: Name of each rank's device, for sentences.
    """

    _group: Any  # torch's types of it lack `send` and `recv`

    def __init__(self, store: Store, rank: int, size: int, timeout_s: float) -> None:
        self.devices = ["unknown device"] * size
        self.store = store
        with self._speaking_with(_STORE_HOST):
            self._group = ProcessGroupGloo(
                PrefixStore("gloo", store), rank, size, timedelta(seconds=timeout_s)
            )

    def send_tensors(self, rank: int, tag: Tag, tensors: Sequence[Tensor]) -> "Sending":
        """Begin to send tensors; they may not change until the sending was waited for."""
        flat = [_as_bytes(tensor) for tensor in tensors]
        described = [[_dtype_name(tensor), list(tensor.shape)] for tensor in tensors]
        return self._send_all(rank, tag, Message(Kind.TENSORS, described), flat)

    def send_plain(self, rank: int, tag: Tag, value: Any, kind: Kind = Kind.PLAIN) -> "Sending":
        """Begin to send a plain value."""
        return self._send_all(rank, tag, Message(kind, value), [])

    def receive(self, rank: int, tag: Tag) -> Message:
        """Wait for the next message of a rank.

        Raises:
            RankLostError: A rank does not answer.
        """
        length = torch.empty(1, dtype=torch.int64)
        self._receive_into(rank, tag, length)
        text = torch.empty(int(length), dtype=torch.uint8)
        self._receive_into(rank, tag, text)
        kind, value = json.loads(bytes(text.tolist()))
        if kind != Kind.TENSORS:
            return Message(Kind(kind), value)
        tensors = [torch.empty(shape, dtype=getattr(torch, name)) for name, shape in value]
        for tensor in tensors:
            if tensor.numel():
                self._receive_into(rank, tag, _as_bytes(tensor))
        return Message(Kind.TENSORS, tensors)

    def wait(self, rank: int, works: Sequence[Any]) -> None:
        """Wait until a rank has fetched what was sent to it."""
        with self._speaking_with(rank):
            for work in works:
                work.wait()

    def is_set(self, key: str) -> bool:
        """Whether a rank has set this key of the store."""
        with self._speaking_with(_STORE_HOST):
            return self.store.check([key])

    def check_lost(self) -> None:
        """Raise if another rank has found one lost.

        Raises:
            RankLostError: It has.
        """
        if self.is_set(_LOST):
            raise self._lost(_STORE_HOST)

    def set(self, key: str) -> None:
        """Set a key of the store."""
        with self._speaking_with(_STORE_HOST):
            self.store.set(key, "")

    def _send_all(self, rank: int, tag: Tag, message: Message, flat: list[Tensor]) -> "Sending":
        text = torch.frombuffer(bytearray(json.dumps(message).encode()), dtype=torch.uint8)
        parts = [torch.tensor([len(text)]), text, *(part for part in flat if part.numel())]
        with self._speaking_with(rank):
            works = [self._group.send([part], rank, int(tag)) for part in parts]
        return Sending(self, rank, works, parts)

    def _receive_into(self, rank: int, tag: Tag, tensor: Tensor) -> None:
        with self._speaking_with(rank):
            self._group.recv([tensor], rank, int(tag)).wait()

    @contextmanager
    def _speaking_with(self, rank: int) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise self._lost(rank) from error

    def _lost(self, rank: int) -> RankLostError:
        """The error that names the rank that was lost first: one that ends makes others end."""
        try:
            found = int(self.store.compare_set(_LOST, "", str(rank)))
        except (RuntimeError, ValueError):
            found = _STORE_HOST
        return RankLostError(found, self.devices[found])


class Sending:
    """Tensors on their way to a rank, kept until it has them."""

    def __init__(
        self, channel: Channel, rank: int, works: Sequence[Any], tensors: Sequence[Tensor]
    ) -> None:
        self._channel, self._rank = channel, rank
        self._works, self._tensors = works, tensors

    def wait(self) -> None:
        """Wait until the rank has fetched them.

        Raises:
            RankLostError: It does not answer.
        """
        self._channel.wait(self._rank, self._works)


def _as_bytes(tensor: Tensor) -> Tensor:
    """The tensor's values in order, in host memory, as bytes; a view where it is there already."""
    return tensor.detach().cpu().contiguous().view(-1).view(torch.uint8)


def _dtype_name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
