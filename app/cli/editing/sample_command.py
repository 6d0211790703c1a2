"""`main.py change`: edits the samples of a sound without a model, and writes the result."""

import argparse
from pathlib import Path

from app.cli.editing.editable_take import read_editable_take
from app.cli.editing.recorded_sound import Original, recorded_sound
from app.cli.editing.sample_options import SampleEdit
from app.cli.export_options import export_settings
from app.cli.output import add_markers, announce_clipping, check_folder, write_samples, writer_for
from app.cli.runner import run_command, stopped_at_once
from app.torch_import import limit_thread_spinning
from core.api.edit import REMOVED_DB, Edit, EditKind, EditRegion, gaps_between, joined_regions
from core.api.errors import InvalidRequestError
from core.api.progress import Progress
from core.editing.effect import check_effect
from core.runtime.memory_errors import check_address_space

_USUAL_PEAK_DB = -1.0
_KINDS = {
    SampleEdit.GAIN: EditKind.GAIN,
    SampleEdit.REMOVE: EditKind.GAIN,
    SampleEdit.NORMALISE: EditKind.NORMALISE,
    SampleEdit.FADE_IN: EditKind.FADE_IN,
    SampleEdit.FADE_OUT: EditKind.FADE_OUT,
    SampleEdit.REVERSE: EditKind.REVERSE,
    SampleEdit.CUT: EditKind.CUT,
    SampleEdit.CROP: EditKind.CROP,
    SampleEdit.SILENCE: EditKind.SILENCE,
}
_NEEDS_STRETCH = (SampleEdit.REMOVE, SampleEdit.CUT, SampleEdit.CROP)
_HAS_BAND = (SampleEdit.GAIN, SampleEdit.REMOVE)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code: 0 only if the file was written."""
    return run_command(options, _change)


def _change(options: argparse.Namespace, progress: Progress) -> int:
    output, place = Path(options.output), Path(options.take)
    export_settings(options, output)  # raises before anything is read
    check_folder(output)
    take = read_editable_take(place)
    if take is None:
        original = recorded_sound(place, options)
    else:
        usual_bits = "float" if take.latents is None else None
        original = Original(take.request, take.duration_s, take.sample_rate, usual_bits)
    settings = export_settings(options, output, original.usual_bits)
    edit = sample_edit(options, original.duration_s)
    check_effect(edit, original.duration_s, original.sample_rate / 2)
    limit_thread_spinning()
    check_address_space()
    with stopped_at_once():
        from core.editing.sample_edits import edit_samples  # torch takes seconds to import
        from core.mel import MelParams
        from core.sound_files.recording import read_recording
    progress.check_cancelled()

    take = take or read_recording(original.request, progress)
    edited = edit_samples(take, edit, MelParams()).with_markers_after(take, edit)
    progress.check_cancelled()
    writer = writer_for(
        output,
        edited.request,
        edited.sample_rate,
        settings,
        edited.duration_s,
        channels=edited.channels,
    )
    with writer:
        add_markers(writer, edited.markers)
        write_samples(writer, edited.waveform, edited.sample_rate, settings, progress)
    announce_clipping(writer, progress)
    return 0


def sample_edit(options: argparse.Namespace, duration_s: float) -> Edit:
    """Return the edit of the options, of a sound of a length.

    Raises:
        InvalidRequestError: A value is missing, or cannot be used.
    """
    wanted = SampleEdit(options.edit)
    kind, regions = _KINDS[wanted], _regions(options, wanted, duration_s)
    if kind is EditKind.CROP and len(regions) > 1:
        kind, regions = EditKind.CUT, gaps_between(regions, duration_s)
    if not regions:
        raise InvalidRequestError("stop_s", "These stretches are the whole sound already.")
    first, *others = regions
    return Edit(
        kind=kind,
        start_s=first.start_s,
        stop_s=first.stop_s,
        low_hz=first.low_hz,
        high_hz=first.high_hz,
        added_s=options.seconds if wanted is SampleEdit.SILENCE else 0.0,
        gain_db=_gain_db(options, wanted),
        more_regions=tuple(others),
    )


def _gain_db(options: argparse.Namespace, wanted: SampleEdit) -> float:
    """The gain, or the peak that is normalised to."""
    match wanted:
        case SampleEdit.REMOVE:
            return REMOVED_DB
        case SampleEdit.NORMALISE:
            return _USUAL_PEAK_DB if options.db is None else float(options.db)
        case SampleEdit.GAIN if options.db is None:
            raise InvalidRequestError("gain_db", "How much louder or softer? Add --db, as --db=-6.")
        case SampleEdit.GAIN:
            return float(options.db)
    return 0.0


def _regions(
    options: argparse.Namespace, wanted: SampleEdit, duration_s: float
) -> tuple[EditRegion, ...]:
    """The regions of the options, in the order of time; without any, the whole sound."""
    starts, stops = options.start or [], options.stop or []
    if wanted is SampleEdit.SILENCE:
        if stops or not starts:
            raise InvalidRequestError("start_s", "Silence goes in at each --from; leave --to out.")
        return tuple(EditRegion(start_s=start_s, stop_s=start_s) for start_s in sorted(starts))
    if len(starts) != len(stops):
        raise InvalidRequestError(
            "stop_s", "Each --from needs a --to, in the same order; please give as many of both."
        )
    if not starts and wanted in _NEEDS_STRETCH:
        raise InvalidRequestError("start_s", f"{wanted} needs a stretch; add --from and --to.")
    has_band = options.low > 0 or options.high is not None
    if has_band and wanted not in _HAS_BAND:
        raise InvalidRequestError(
            "low_hz", f"{wanted} changes all frequencies; leave --low and --high out."
        )
    band = {"low_hz": options.low, "high_hz": options.high}
    pairs = zip(starts or [0.0], stops or [duration_s], strict=True)
    return joined_regions(
        [EditRegion(start_s=start_s, stop_s=stop_s, **band) for start_s, stop_s in pairs]
    )
