"""Downloads one file from the hub: in chunks, resumed after an interruption, and checked.

huggingface_hub discards what it has when a download stops, so a cancel could lose half a gigabyte.
Hence this transfer of our own, over its session.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from httpx2 import Response, Timeout
from huggingface_hub import get_session

from core.api.errors import ModelLoadError
from core.models.hub.access import REFUSED, authorization, find_token
from core.models.hub.repository_files import HubFile
from core.runtime.atomic_file import put_in_place

CHUNK_BYTES = 1 << 20
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0

OnProgress = Callable[[int], None]
"""Called with the bytes of this file that are on disk; may raise to stop."""


def download_file(url: str, file: HubFile, target: Path, on_progress: OnProgress) -> None:
    """Download `file` from `url` to `target`, which exists only once it is complete and checked.

    Until then the bytes are in "name.partial" beside it, from which a later call continues.

    Raises:
        ModelLoadError: The file has not the size or checksum that the hub states; it is never
            received further than that size.
        OSError: The disk is full or not writable.
        httpx2.HTTPError: The hub cannot be reached, or the connection broke off.
    """
    if target.is_file():
        on_progress(file.size_bytes)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    _receive(url, file, partial, on_progress)
    _check(file, partial)
    put_in_place(partial, target)


def _receive(url: str, file: HubFile, partial: Path, on_progress: OnProgress) -> None:
    """Append the missing bytes to `partial`."""
    num_received = partial.stat().st_size if partial.is_file() else 0
    if num_received > file.size_bytes:
        partial.unlink()  # of another file, or damaged: begin again
        num_received = 0
    on_progress(num_received)
    if num_received == file.size_bytes and partial.is_file():
        return
    headers = {"Accept-Encoding": "identity"} | (
        {"Range": f"bytes={num_received}-"} if num_received else {}
    )
    timeout = Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    with _answer(url, timeout, headers) as response:
        continues = response.status_code == 206
        with partial.open("ab" if continues else "wb") as stream:
            room = file.size_bytes - (num_received if continues else 0)
            for chunk in _chunks(response, room):
                stream.write(chunk)
                on_progress(stream.tell())


@contextmanager
def _answer(
    url: str, timeout: Timeout, headers: Mapping[str, str] | None = None
) -> Iterator[Response]:
    """The hub's answer; where it refuses, it is asked again with the user's token.

    Raises:
        httpx2.HTTPError: It refuses, or cannot be reached.
    """
    with _get(url, timeout, headers or {}) as response:
        token = find_token(url) if response.status_code in REFUSED else None
        if token is None:
            response.raise_for_status()
            yield response
            return
    with _get(url, timeout, {**(headers or {}), **authorization(token)}) as response:
        response.raise_for_status()
        yield response


@contextmanager
def _get(url: str, timeout: Timeout, headers: Mapping[str, str]) -> Iterator[Response]:
    """One request; the client takes the token off where it is redirected to another server."""
    with get_session().stream(
        "GET", url, headers=headers, timeout=timeout, follow_redirects=True
    ) as response:
        yield response


def _chunks(response: Response, max_bytes: int) -> Iterator[bytes]:
    """The body of a response, up to one byte more than it may have: that shows it is too long."""
    room = max_bytes + 1
    for chunk in response.iter_bytes(CHUNK_BYTES):
        yield chunk[:room]
        room -= len(chunk)
        if room <= 0:
            return


def read_small_file(url: str, max_bytes: int) -> bytes:
    """The contents of a small file on the hub.

    Raises:
        ValueError: It is longer than `max_bytes`.
        httpx2.HTTPError: The hub cannot be reached.
    """
    timeout = Timeout(CONNECT_TIMEOUT_S)
    with _answer(url, timeout) as response:
        content = b"".join(_chunks(response, max_bytes))
    if len(content) > max_bytes:
        raise ValueError(f"more than {max_bytes} bytes")
    return content


def _check(file: HubFile, partial: Path) -> None:
    """Delete a file whose size or checksum is not the stated one."""
    is_intact = partial.stat().st_size == file.size_bytes
    if is_intact and file.sha256:
        with partial.open("rb") as stream:
            is_intact = hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
    if not is_intact:
        partial.unlink()
        raise ModelLoadError(
            file.path, "arrived damaged and was thrown away; start the download again."
        )
