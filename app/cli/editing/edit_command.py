"""`main.py repair`, `continue` and `loop`: edit a take and write the result as a sound file."""

import argparse
import secrets
from dataclasses import replace
from pathlib import Path

from app.cli.editing.editable_take import (
    check_editable_path,
    read_editable_take,
    write_editable_take,
)
from app.cli.editing.recorded_sound import Original, recorded_sound, refuse_settings
from app.cli.export_options import export_settings
from app.cli.output import add_markers, announce_clipping, check_folder, write_samples, writer_for
from app.cli.runner import run_command, stopped_at_once
from app.torch_import import limit_thread_spinning
from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.editing.effect import check_effect
from core.mel_scale import MelParams
from core.runtime.memory_errors import check_address_space

_HEARD_S = 0.001


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code: 0 only if the file was written."""
    return run_command(options, _edit)


def _edit(options: argparse.Namespace, progress: Progress) -> int:
    output, place = Path(options.output), Path(options.take)
    export_settings(options, output)  # raises before anything is read
    check_folder(output)
    check_editable_path(output)
    take = read_editable_take(place)
    if take is not None:
        refuse_settings(options)
        usual_bits = "float" if take.latents is None else None
        original = Original(take.request, take.duration_s, take.sample_rate, usual_bits)
    else:
        original = recorded_sound(place, options)
    settings = export_settings(options, output, original.usual_bits)
    edit = edit_of(options, original.request)
    check_effect(edit, original.duration_s, min(original.sample_rate / 2, MelParams().fmax))
    limit_thread_spinning()
    check_address_space()
    with stopped_at_once():
        from core.engine import Engine  # torch takes seconds to import
    progress.check_cancelled()

    engine = Engine(EngineConfig(device=options.device, tiling=TilingConfig(mode=options.mode)))
    request = original.request
    engine.fetch(
        request.model, progress, download=options.agree_to_licence, convert=options.convert
    )
    take = take or engine.generate(request, progress)
    request = replace(take.request, edits=(*take.request.edits, edit))
    length_s = take.duration_s + edit.added_s
    channels = take.channels
    with writer_for(
        output, request, take.sample_rate, settings, length_s, channels=channels
    ) as writer:
        edited = engine.edit(take, edit, progress)
        add_markers(writer, edited.markers)
        write_samples(writer, edited.waveform, edited.sample_rate, settings, progress)
    announce_clipping(writer, progress)
    _announce_added_length(edit, edited.duration_s - take.duration_s, progress)
    write_editable_take(output, edited)
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
            first, *others = _regions(options)
            values |= {**first, "more_regions": others, "strength": options.strength}
        case EditKind.CONTINUE_RIGHT:
            values |= {"added_s": options.seconds}
            if options.before:
                values["kind"] = EditKind.CONTINUE_LEFT
    return Edit.from_dict(values)


def _regions(options: argparse.Namespace) -> list[dict[str, float | None]]:
    """The regions of the options: each --from has its --to, and all have the same band."""
    if len(options.start) != len(options.stop):
        raise InvalidRequestError(
            "stop_s", "Each --from needs a --to, in the same order; please give as many of both."
        )
    band = {"low_hz": options.low, "high_hz": options.high}
    return [
        {"start_s": start_s, "stop_s": stop_s, **band}
        for start_s, stop_s in zip(options.start, options.stop, strict=True)
    ]
