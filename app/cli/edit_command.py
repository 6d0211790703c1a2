"""`main.py repair`, `continue` and `loop`: a kept take becomes another, and a sound file of it."""

import argparse
import secrets
from dataclasses import replace
from pathlib import Path

from app.cli.editable_take import check_kept, keep_take, open_kept
from app.cli.options import export_settings
from app.cli.output import check_folder, write_samples, writer_for
from app.cli.runner import carry_out
from app.torch_import import rest_between_parallel_work
from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.editing.effect import check_effect


def run(options: argparse.Namespace) -> int:
    """Carry out the command and return its exit code: 0 only with the file finished."""
    return carry_out(options, _edit)


def _edit(options: argparse.Namespace, progress: Progress) -> int:
    output = Path(options.output)
    settings = export_settings(options, output)
    check_folder(output)
    check_kept(output)
    kept = open_kept(Path(options.take))
    edit = edit_of(options, kept.request)
    check_effect(edit, len(kept.waveform) / kept.sample_rate, kept.sample_rate / 2)
    rest_between_parallel_work()
    from core.engine import Engine  # torch takes seconds to import

    config = EngineConfig(device=options.device, tiling=TilingConfig(mode=options.mode))
    request = replace(kept.request, edits=(*kept.request.edits, edit))
    with writer_for(output, request, kept.sample_rate, settings) as writer:  # claims the place
        take = Engine(config).edit(kept, edit, progress)
        write_samples(writer, take.waveform, take.sample_rate, settings, progress)
    keep_take(output, take)
    return 0


def edit_of(options: argparse.Namespace, request: GenerationRequest) -> Edit:
    """The edit that was asked for; what was not said is as in the take's own request.

    Raises:
        InvalidRequestError: A value cannot be used.
    """
    said = {
        "kind": options.kind,
        "prompt": request.prompt if options.prompt is None else options.prompt,
        "negative_prompt": request.negative_prompt,
        "seed": secrets.randbits(32) if options.seed is None else options.seed,
    }
    if options.negative is not None:
        said["negative_prompt"] = options.negative
    match options.kind:
        case EditKind.REGENERATE:
            said |= {"start_s": options.start, "stop_s": options.stop}
            said |= {"low_hz": options.low, "high_hz": options.high, "strength": options.strength}
        case EditKind.CONTINUE_RIGHT:
            said |= {"added_s": options.seconds}
            if options.before:
                said["kind"] = EditKind.CONTINUE_LEFT
    return Edit.from_dict(said)
