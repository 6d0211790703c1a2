"""The library, the models, and the room on the disks. No name of a file or of a take is in it."""

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QSettings

from app.diagnosis.report import Problem, Section
from app.library.layout import Layout, default_folder, library_folder, names_in
from app.paths import unfinished_folder
from app.view_models.settings_store import SettingsStore
from core.api.byte_count import size_text
from core.api.model_card import ListedModel, Place
from core.models.hub.hub import default_models_folder
from core.models.model_store import ModelStore

ENOUGH_BYTES = 2 << 30


def describe_library() -> Section:
    """Where it is, how much it holds, and whether it can be read and written."""
    folder = library_folder(SettingsStore(QSettings("Tessera", "Tessera")))
    place = "in the usual folder" if folder == default_folder() else "in a folder of your choice"
    if not folder.exists():
        return Section("Library", (f"{place}, not made yet",))
    layout = Layout(folder)
    counts = [
        f"{_count(path)} {name}"
        for name, path in (("takes", layout.takes), ("in the trash", layout.trash))
    ]
    return Section("Library", (place, *counts), tuple(_library_problems(layout)))


def describe_models() -> Section:
    """How many models of each kind there are; a model of the person's own is not named."""
    listed = ModelStore().list_models()
    counts = Counter(model.place for model in listed if model.place is not Place.HUB)
    facts = tuple(f"{count} {place}" for place, count in sorted(counts.items()))
    problems = [
        Problem(f"The model {_name(model)} cannot be used: {model.problem}")
        for model in listed
        if model.problem and model.place in (Place.BUNDLED, Place.DOWNLOADED)
    ]
    return Section("Models", facts, tuple(problems))


def describe_disks() -> Section:
    """The free room where Tessera writes."""
    places = {
        "library": library_folder(SettingsStore(QSettings("Tessera", "Tessera"))),
        "models": default_models_folder(),
        "unfinished runs": unfinished_folder(),
        "temporary files": Path(tempfile.gettempdir()),
    }
    free = {name: shutil.disk_usage(_existing(path)).free for name, path in places.items()}
    facts = tuple(f"{size_text(count)} free for {name}" for name, count in free.items())
    problems = tuple(
        Problem(f"Only {size_text(count)} are free for {name}.", "Make room on that disk.")
        for name, count in free.items()
        if count < ENOUGH_BYTES
    )
    return Section("Disks", facts, problems)


def _library_problems(layout: Layout) -> Iterator[Problem]:
    if not os.access(layout.folder, os.W_OK):
        yield Problem(
            "The library's folder cannot be written: new takes would be lost.",
            "Get the right to write there, or choose another folder in the preferences.",
        )
    if layout.database.exists() and not _is_sound(layout.database):
        yield Problem(
            "The library's database cannot be read.",
            "Close Tessera, move library.sqlite away and start again: it is made from the takes.",
        )


def _is_sound(database: Path) -> bool:
    """Whether SQLite finds no fault; it is opened for reading only."""
    try:
        address = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _count(folder: Path) -> str:
    try:
        return str(len(names_in(folder)))
    except OSError:
        return "an unknown number of"


def _name(model: ListedModel) -> str:
    return model.source if model.place in (Place.DOWNLOADED, Place.CACHED) else model.name


def _existing(path: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())
