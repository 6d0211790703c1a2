"""Making sure that what was written is on the disk, before anything relies on it."""

import os
import sys
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
    sync_file(part)
    part.replace(path)
    sync_folder(path.parent)
