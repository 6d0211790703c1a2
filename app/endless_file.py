"""An endless sound into a file, until somebody stops it or nothing more can be made or held."""

import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.errors import Cancelled, TesseraError

if TYPE_CHECKING:  # torch takes seconds to import
    from core.endless import Passage
    from core.sound_files.audio_file import AudioWriter

ROOM_BYTES = 64 << 20  # left on the disk


def write_endless(passages: "Iterator[Passage]", writer: "AudioWriter") -> TesseraError | None:
    """Write passages as they come; what came before the end is kept.

    Returns:
        What went wrong behind the last passage that was written, if anything did: to be raised
        when the file is in its place.

    Raises:
        Cancelled: Nothing had come yet.
        TesseraError: The same.
    """
    try:
        for passage in passages:
            if not writer.has_room_for(len(passage.samples)):
                _tell("The file is as large as a WAV can be")
                break
            writer.write(passage.samples)
            if shutil.disk_usage(writer.path.parent).free < ROOM_BYTES:
                _tell("The disk is nearly full")
                break
    except Cancelled:
        if not writer.frames_written:
            raise
    except TesseraError as error:
        if not writer.frames_written:
            raise
        _tell("The next passage could not be made")
        return error
    return None


def _tell(reason: str) -> None:
    print(f"{reason}: the sound ends here.", file=sys.stderr)
