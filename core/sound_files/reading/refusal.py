"""Why a file cannot be read as a sound, and what to do."""

from pathlib import Path

from core.api.errors import AudioFileError
from core.runtime.outside_file import read_beginning
from core.sound_files.reading.foreign_kinds import foreign_kind, is_sound

_READABLE = "WAV, FLAC, OGG, MP3 and AIFF can."
_HEAD_BYTES = 16


def unreadable(path: Path | str) -> AudioFileError:
    """The error for a file that libsndfile refuses."""
    return AudioFileError(str(path), _sentence(Path(path)))


def _sentence(place: Path) -> str:
    try:
        if place.is_dir():
            return "this is a folder, not a sound."
        beginning = read_beginning(place, _HEAD_BYTES)
    except FileNotFoundError:
        return "there is no such file."
    except PermissionError:
        return "there is no permission to read this file."
    except (OSError, ValueError):  # no regular file, or a name that the system refuses
        return f"this is no sound file that can be read; {_READABLE}"
    return _sentence_on(beginning, place)


def _sentence_on(beginning: bytes, place: Path) -> str:
    if not beginning:
        return "this file is empty; please choose another."
    if kind := foreign_kind(beginning):
        return (
            f"this is {kind}, which cannot be read here; please convert it to WAV or FLAC first, "
            f"for example with: ffmpeg -i {place.name} {place.stem}.wav"
        )
    if is_sound(beginning):
        return "this sound file is damaged, and nothing in it can be read; please get it again."
    return f"this is no sound file that can be read; {_READABLE}"
