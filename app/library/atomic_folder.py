"""Folders and small files of the library that appear in one step, whole and on the disk."""

from pathlib import Path

from core.runtime.atomic_file import put_in_place, sync_file, sync_folder


def move_whole(folder: Path, into: Path) -> None:
    """Let a folder appear under `into` in one step, with everything in it on the disk."""
    for file in folder.iterdir():
        sync_file(file)
    sync_folder(folder)
    folder.rename(into / folder.name)
    sync_folder(into)


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    put_in_place(part, path)
