"""Copies a source that comes through a pipe to a file, since a sound is read more than once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.api.errors import AudioFileError
from core.runtime.write_failure import write_failure


@contextmanager
def spooled_source(path: str | None) -> Iterator[str | None]:
    """The path of a file to read; a FIFO is copied to a temporary file until the end.

    Raises:
        AudioFileError: It cannot be copied.
    """
    if path is None or not Path(path).is_fifo():
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="tessera-", suffix=".sound") as file:
        try:
            with Path(path).open("rb") as pipe:
                shutil.copyfileobj(pipe, file)
            file.flush()
        except OSError as error:
            raise AudioFileError(path, write_failure(Path(file.name), error)) from error
        yield file.name
