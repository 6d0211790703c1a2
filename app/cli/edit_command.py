"""`main.py repair`, `continue` and `loop`: edit a take and write the result as a sound file."""

import argparse
import secrets
from dataclasses import replace
from pathlib import Path

from app.cli.editable_take import check_editable_path, read_editable_take, write_editable_take
from app.cli.export_options import export_settings
from app.cli.output import announce_clipping, check_folder, write_samples, writer_for
from app.cli.runner import run_command, stopped_at_once
from app.torch_import import limit_thread_spinning
from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.editing.effect import check_effect
from core.runtime.memory_errors import check_address_space

_HEARD_S = 0.001


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code: 0 only if the file was written."""
    return run_command(options, _edit)


def _edit(options: argparse.Namespace, progress: Progress) -> int:
    output = Path(options.output)
    settings = export_settings(options, output)
    check_folder(output)
    check_editable_path(output)
    original = read_editable_take(Path(options.take))
    edit = edit_of(options, original.request)
    check_effect(edit, original.duration_s, original.sample_rate / 2)
    limit_thread_spinning()
    check_address_space()
    with stopped_at_once():
        from core.engine import Engine  # torch takes seconds to import
    progress.check_cancelled()

    config = EngineConfig(device=options.device, tiling=TilingConfig(mode=options.mode))
    request = replace(original.request, edits=(*original.request.edits, edit))
    engine = Engine(config)
    engine.fetch(
        request.model, progress, download=options.agree_to_licence, convert=options.convert
    )
    with writer_for(output, request, original.sample_rate, settings) as writer:
        take = engine.edit(original, edit, progress)
        write_samples(writer, take.waveform, take.sample_rate, settings, progress)
    announce_clipping(writer, progress)
    _announce_added_length(edit, take.duration_s - original.duration_s, progress)
    write_editable_take(output, take)
    return 0


def _announce_added_length(edit: Edit, added_s: float, progress: Progress) -> None:
    """Say where whole latent frames make what is added before the beginning longer."""
    if edit.kind is EditKind.CONTINUE_LEFT and abs(added_s - edit.added_s) > _HEARD_S:
        progress.emit(
            Notice(
                f"{added_s:.2f} s are added instead of {edit.added_s:g} s: before the beginning, "
                "only whole frames of the model can be."
            )
        )


def edit_of(options: argparse.Namespace, request: GenerationRequest) -> Edit:
    """Return the edit of the options; what they leave out is as in the take's request.

    Raises:
        InvalidRequestError: A value cannot be used.
    """
    values = {
        "kind": options.kind,
        "prompt": request.prompt if options.prompt is None else options.prompt,
        "negative_prompt": request.negative_prompt,
        "transcription": options.transcription,
        "seed": secrets.randbits(32) if options.seed is None else options.seed,
    }
    if options.negative is not None:
        values["negative_prompt"] = options.negative
    match options.kind:
        case EditKind.REGENERATE:
            values |= {"start_s": options.start, "stop_s": options.stop}
            values |= {"low_hz": options.low, "high_hz": options.high, "strength": options.strength}
        case EditKind.CONTINUE_RIGHT:
            values |= {"added_s": options.seconds}
            if options.before:
                values["kind"] = EditKind.CONTINUE_LEFT
    return Edit.from_dict(values)
