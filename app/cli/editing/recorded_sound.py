"""What an edit command works on: a take, or any other sound file as a recording."""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from app.library.library_error import LibraryError
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest

_FIELDS = {"model": "model", "steps": "num_inference_steps", "guidance": "guidance_scale"}


@dataclass(frozen=True, slots=True)
class Original:
    """A sound before its edit, as far as it is known without torch.

    Attributes:
        request: What made it, or opens it.
        duration_s: Its length in seconds.
        sample_rate: Samples a second.
        usual_bits: The depth of `--bits` that holds a recording as it is; None for a take.
    """

    request: GenerationRequest
    duration_s: float
    sample_rate: int
    usual_bits: str | None = None


def recorded_sound(place: Path, options: argparse.Namespace) -> Original:
    """A sound file without latents; one that Tessera made lends its prompt, model and settings.

    Raises:
        AudioFileError: It is no sound that can be read.
        LibraryError: It is no sound at all.
        InvalidRequestError: A setting of the options cannot be used.
    """
    from core.sound_files.file_inspection import inspect_file  # opens libsndfile

    incoming = inspect_file(place)
    facts = incoming.facts
    if facts is None:
        raise LibraryError(place, "this is neither a sound nor the folder of a take.")
    wanted = {field: getattr(options, option) for option, field in _FIELDS.items()}
    request = replace(
        incoming.request or GenerationRequest(),
        recording=str(place.absolute()),
        init_audio=None,
        segments=(),
        edits=(),
        **{field: value for field, value in wanted.items() if value is not None},
    )
    usual_bits = "float" if facts.bits is None else str(max(16, facts.bits))
    return Original(request, facts.duration_s, facts.sample_rate, usual_bits)


def refuse_settings(options: argparse.Namespace) -> None:
    """Refuse settings of the model for a take, which names them itself.

    Raises:
        InvalidRequestError: There is one.
    """
    for option, field in _FIELDS.items():
        if getattr(options, option) is not None:
            raise InvalidRequestError(
                field,
                f"--{option} is for a sound without latents; this take is edited with the model "
                "and the settings that made it.",
            )
