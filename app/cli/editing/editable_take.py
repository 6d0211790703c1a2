"""A take stored beside its sound file, exact to the bit, so that the command line can edit it.

A sound file rounds its samples and holds no latents. A safetensors file beside it holds what an
edit starts from: samples, log-mel and latents as the engine made them, and the request.
"""

import json
from dataclasses import replace
from pathlib import Path

from app.library.library_error import LibraryError, not_written
from app.library.stored_values import as_gain
from app.library.tensor_file import read_tensor_metadata, read_tensors, write_tensors
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.api.take import Marker, Take
from core.runtime.atomic_file import check_path, part_path, put_in_place

ENDING = ".tessera.safetensors"
EDITABLE_BYTES_PER_SECOND = 4 * (16_000 + 100 * 64 + 25 * 16 * 8)  # samples, log-mel, latents
_LIBRARY_ARRAYS = "take.safetensors"


def editable_path(sound: Path) -> Path:
    """The file of a sound's take: `organ.wav.tessera.safetensors` beside `organ.wav`."""
    return sound.with_name(sound.name + ENDING)


def check_editable_path(sound: Path) -> None:
    """Check, before any work, that a take can be stored beside a sound.

    Raises:
        LibraryError: It cannot; the sentence says why.
    """
    path = editable_path(sound)
    try:
        check_path(path)
    except OSError as error:
        raise not_written(path, error) from error


def write_editable_take(sound: Path, take: Take) -> None:
    """Store a take beside its sound: the whole file or none. A recording needs none.

    Raises:
        LibraryError: It cannot be written.
    """
    if take.latents is None:
        return
    path = editable_path(sound)
    part = part_path(path)
    metadata = {
        "request": json.dumps(take.request.to_dict()),
        "sample_rate": str(take.sample_rate),
        "gain": repr(take.gain),
    }
    arrays = {"waveform": take.waveform, "mel": take.mel, "latents": take.latents}
    try:
        write_tensors(part, arrays, metadata)
        put_in_place(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise not_written(path, error) from error


def read_editable_take(place: Path) -> Take | None:
    """Read the take of a sound file, of the file beside it, or of a folder in the library.

    Returns:
        None for a sound without a take beside it, or that was replaced since: it is a recording.

    Raises:
        LibraryError: There is no such file, or the take is damaged.
    """
    if (place / _LIBRARY_ARRAYS).is_file():
        from app.library.take_folder import read_take

        return read_take(place)
    path = place if place.name.endswith(ENDING) else editable_path(place)
    if not path.is_file():
        if not place.exists():
            raise LibraryError(place, "there is no such file.")
        return None
    take = _read(path)
    if place == path:
        return take
    return replace(take, markers=_markers(take, place)) if _is_of(take, place) else None


def _markers(take: Take, sound: Path) -> tuple[Marker, ...]:
    """The cue points of a take's sound file, without those of the prompts along time."""
    from core.sound_files.audio_file import read_header, read_markers

    if not sound.is_file():
        return ()
    prompts = {one.prompt for one in take.request.segments}
    found = read_markers(sound, read_header(sound))
    return tuple(one for one in found if one.name not in prompts)


def _is_of(take: Take, sound: Path) -> bool:
    """Whether the request in a sound file's metadata is the take's; true where there is none."""
    from core.sound_files.audio_file import read_metadata

    request = read_metadata(sound) if sound.is_file() else {}
    return not request or request == json.loads(json.dumps(take.request.to_dict()))


def _read(path: Path) -> Take:
    from safetensors import SafetensorError

    damage = (SafetensorError, InvalidRequestError, OSError, ValueError, LookupError, TypeError)
    try:
        arrays, metadata = read_tensors(path), read_tensor_metadata(path)
        request = GenerationRequest.from_dict(json.loads(metadata["request"]))
        waveform, mel, latents = (arrays[name] for name in ("waveform", "mel", "latents"))
        take = Take(
            request=request,
            sample_rate=int(metadata["sample_rate"]),
            waveform=waveform,
            mel=mel,
            gain=as_gain(float(metadata.get("gain", 1.0))),
            latents=latents,
        )
        axes = waveform.ndim, mel.ndim, latents.ndim
        if axes not in ((1, 2, 3), (2, 2, 3)) or not take.channels or take.sample_rate < 1:
            raise ValueError("arrays of other axes")
    except damage as error:
        raise LibraryError(path, "this file holds no take, or is damaged.") from error
    return take
