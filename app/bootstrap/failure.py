"""The set-up's own error: one sentence with the next step."""

import errno
from pathlib import Path

from core.api.errors import TesseraError


class SetupError(TesseraError):
    """The set-up cannot go on; its text says why and what to do."""


def disk_full(folder: Path) -> SetupError:
    """There is no room for the environment."""
    return SetupError(
        f"The disk is full: Tessera could not be set up in {folder}. Please free a few gigabytes "
        "there and start again."
    )


def not_writable(folder: Path) -> SetupError:
    """The environment's folder cannot be written."""
    return SetupError(
        f"Tessera may not write in {folder}. Please move it to a folder of your own, or get the "
        "right to write there, and start again."
    )


def os_failure(error: OSError, folder: Path) -> SetupError:
    """What the operating system refused, in words for a person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return not_writable(folder)
    return SetupError(
        f"Tessera could not be set up in {folder}: {error}. Please mend this and start again."
    )
