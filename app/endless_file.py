"""An endless sound into a file, until somebody stops it or the disk is nearly full."""

import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.errors import Cancelled

if TYPE_CHECKING:  # torch takes seconds to import
    from core.endless import Passage
    from core.sound_files.audio_file import AudioWriter

ROOM_BYTES = 64 << 20  # left on the disk


def write_endless(passages: "Iterator[Passage]", writer: "AudioWriter") -> None:
    """Write passages as they come; what came before the end is kept.

    Raises:
        Cancelled: Nothing had come yet.
    """
    try:
        for passage in passages:
            writer.write(passage.samples)
            if shutil.disk_usage(writer.path.parent).free < ROOM_BYTES:
                print("The disk is nearly full: the sound ends here.", file=sys.stderr)
                break
    except Cancelled:
        if not writer.frames_written:
            raise
