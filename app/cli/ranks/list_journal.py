"""Which files of a list are written, so that the same command later makes only the others.

The notes are a folder beside the checkpoints of unfinished runs: an empty file for each sound, made
once that is in its place. They are kept for the same time.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from app.cli.sound_job import SoundJob
from core.version import __version__


class ListJournal:
    """The notes on one list.

    Args:
        folder: Their folder; made with the first note.
        jobs: The list.
    """

    def __init__(self, folder: Path, jobs: Sequence[SoundJob]) -> None:
        self._folder, self._jobs = folder, jobs

    @classmethod
    def of(cls, root: Path, jobs: Sequence[SoundJob], hashes: Mapping[str, str]) -> Self:
        """The notes on a list: the same sounds, files and ways to save them, by the same model.

        Args:
            root: The folder of unfinished runs.
            jobs: The list.
            hashes: The model's files by name.
        """
        identity = {
            "jobs": [
                [job.request.to_dict(), str(job.output.absolute()), repr(job.settings)]
                for job in jobs
            ],
            "files": dict(hashes),
            "program": __version__,
        }
        text = json.dumps(identity, sort_keys=True, default=str)
        return cls(root / f"list-{hashlib.sha256(text.encode()).hexdigest()[:32]}", jobs)

    def has(self, index: int) -> bool:
        """Whether a sound is written, and its file still there."""
        return (self._folder / str(index)).exists() and self._jobs[index].output.is_file()

    def note(self, index: int) -> None:
        """Note that a sound is written; where notes cannot be kept, it would be made again."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / str(index)).touch()

    def discard(self) -> None:
        """Remove the notes, since the whole list is done."""
        shutil.rmtree(self._folder, ignore_errors=True)
