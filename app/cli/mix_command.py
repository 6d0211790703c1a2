"""`main.py mix`: write the mix of an arrangement's folder, and its stems, as sound files."""

import argparse
import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from app.cli.export_options import export_settings
from app.cli.output import announce_exported, check_folder
from app.cli.runner import run_command
from app.prompt_slug import prompt_slug
from core.api.errors import AudioFileError
from core.api.events import Stage
from core.api.progress import Progress
from core.arrangement.arrangement import Arrangement
from core.runtime.write_failure import write_failure
from core.sound_files.export.settings import ExportSettings

_LONGEST_NAME = 60


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code: 0 only if all files were written."""
    return run_command(options, _mix)


def _mix(options: argparse.Namespace, progress: Progress) -> int:
    output = Path(options.output)
    # Dither replaces the error of rounding 32-bit floats to 16 bits by noise.
    settings = replace(export_settings(options, output), dither=True)
    check_folder(output)
    # These open libsndfile, which a refusal need not wait for.
    from core.arrangement.arrangement_folder import read_arrangement
    from core.arrangement.mix_export import write_stems

    arrangement, sources = read_arrangement(Path(options.folder), progress)
    folder = None if options.stems is None else Path(options.stems)
    stems = {} if folder is None else _stem_paths(folder, arrangement, settings)
    with progress.stage(Stage.WRITING), _folder_for(folder):
        written = write_stems(stems, arrangement, sources, settings, progress, mix_path=output)
    for exported in written:
        announce_exported(exported, progress)
    return 0


def _stem_paths(
    folder: Path, arrangement: Arrangement, settings: ExportSettings
) -> dict[int, Path]:
    """A file for each track that is heard and has layers, numbered from the top."""
    used = {layer.track_id for layer in arrangement.heard_layers}
    suffix = settings.audio_format.suffix
    return {
        track.track_id: folder
        / f"{number:02}-{prompt_slug(track.name, _LONGEST_NAME) or 'track'}{suffix}"
        for number, track in enumerate(arrangement.tracks, 1)
        if track.track_id in used
    }


@contextmanager
def _folder_for(folder: Path | None) -> Iterator[None]:
    """Make a folder if it is missing; after an exception, it is gone again.

    Raises:
        AudioFileError: It cannot be made.
    """
    if folder is None or folder.is_dir():
        yield
        return
    try:
        folder.mkdir()
    except OSError as error:
        is_file = error.errno == errno.EEXIST
        sentence = "this is a file; please name a folder." if is_file else None
        raise AudioFileError(str(folder), sentence or write_failure(folder, error)) from error
    try:
        yield
    except BaseException:
        with suppress(OSError):
            folder.rmdir()
        raise
