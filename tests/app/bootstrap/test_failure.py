import errno
import os
from pathlib import Path

import pytest

from app.bootstrap.failure import os_failure


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EACCES, "may not write"),
        (errno.EROFS, "may not write"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_an_os_error_names_the_folder_and_the_next_step(code: int, sentence: str) -> None:
    text = str(os_failure(OSError(code, os.strerror(code)), Path("/home/somebody/tessera")))

    assert sentence in text
    assert "/home/somebody/tessera" in text
    assert "start again" in text
