"""One file from the hub to the disk: in chunks, checked, and resumed where it broke off.

huggingface_hub throws away what it has when a download stops, so half a gigabyte would be lost
with every cancel; hence a transfer of our own, over its session.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from httpx2 import Response, Timeout
from huggingface_hub import get_session

from core.api.errors import ModelLoadError
from core.models.hub.repository_files import HubFile
from core.runtime.atomic_file import put_in_place

CHUNK_BYTES = 1 << 20
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0

OnProgress = Callable[[int], None]
"""Called with the bytes of this file that are on disk; may raise to stop."""


def fetch(url: str, file: HubFile, target: Path, on_progress: OnProgress) -> None:
    """Bring `file` from `url` to `target`, which is there only once it is complete and right.

    What is fetched waits beside it as "name.partial" and is gone on with after an interruption.

    Raises:
        ModelLoadError: The file is not what the hub promised.
        OSError: The disk is full or not writable.
        httpx2.HTTPError: The hub could not be reached, or broke off.
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
    """Append to `partial` what it lacks."""
    have = partial.stat().st_size if partial.is_file() else 0
    on_progress(have)
    if have == file.size_bytes and partial.is_file():
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    timeout = Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    with get_session().stream(
        "GET", url, headers=headers, timeout=timeout, follow_redirects=True
    ) as response:
        response.raise_for_status()
        continues = response.status_code == 206
        _write(response, partial, have if continues else 0, on_progress)


def _write(response: Response, partial: Path, have: int, on_progress: OnProgress) -> None:
    """Write the chunks of an answer behind the first `have` bytes; 0 begins anew."""
    with partial.open("ab" if have else "wb") as stream:
        for chunk in response.iter_bytes(CHUNK_BYTES):
            stream.write(chunk)
            have += len(chunk)
            on_progress(have)


def _check(file: HubFile, partial: Path) -> None:
    """Throw away a file whose length or checksum is not the promised one."""
    right = partial.stat().st_size == file.size_bytes
    if right and file.sha256:
        with partial.open("rb") as stream:
            right = hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
    if not right:
        partial.unlink()
        raise ModelLoadError(
            file.path, "arrived damaged and was thrown away; start the download again."
        )
