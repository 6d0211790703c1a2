"""The paths in the library's folder.

- library.sqlite: rows of all takes, and the queue
- takes/ID: request.json, take.safetensors, audio.flac or audio.wav, thumbnail.png
- trash/ID: the same, until it is purged
- arrangements/ID: arrangement.json, and the sounds of its layers
- unfinished/ID: a take that is being written or purged; emptied at every start
"""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.view_models.settings_store import SettingsStore

FOLDER_KEY = "library/folder"  # the setting; empty = the default; read at the start


def default_folder() -> Path:
    """Return the platform's folder for a person's data."""
    return platformdirs.user_data_path("Tessera", appauthor=False) / "library"


def library_folder(memory: SettingsStore) -> Path:
    """Return the folder that the person chose, or the default."""
    chosen = memory.text(FOLDER_KEY)
    return Path(chosen) if chosen else default_folder()


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths inside one library."""

    folder: Path

    @property
    def database(self) -> Path:
        """Rows of all takes, and the queue."""
        return self.folder / "library.sqlite"

    @property
    def lock(self) -> Path:
        """Held by the one studio that writes here."""
        return self.folder / "library.lock"

    @property
    def takes(self) -> Path:
        """Folders of takes."""
        return self.folder / "takes"

    @property
    def trash(self) -> Path:
        """Folders of deleted takes, which can be restored."""
        return self.folder / "trash"

    @property
    def arrangements(self) -> Path:
        """Folders of arrangements; each holds all of its sounds."""
        return self.folder / "arrangements"

    @property
    def unfinished(self) -> Path:
        """Incomplete folders: takes that are being written or purged."""
        return self.folder / "unfinished"

    def make(self) -> None:
        """Make the folders that are missing.

        Raises:
            OSError: There is no permission, or no room.
        """
        for folder in (self.takes, self.trash, self.arrangements, self.unfinished):
            folder.mkdir(parents=True, exist_ok=True)


def names_in(folder: Path) -> set[str]:
    """Names of the folders in a folder."""
    return {entry.name for entry in folder.iterdir() if entry.is_dir()}
