"""Checks the space on the disk and in memory for a request, before any work is done for it."""

import shutil
from dataclasses import dataclass
from typing import Self

from core.api.byte_count import size_text
from core.api.edit import Edit
from core.api.errors import InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.models.text_to_audio_model import TextToAudioModel
from core.runtime.host_memory import available_host_bytes
from core.runtime.spool import spool_folder

LEAST_FREE_BYTES = 64 << 20  # left free on the disk
_NUMBER_BYTES = 4  # all is kept in float32
_SAMPLER_STATES = 5  # of the size of the latents, as a checkpoint keeps them
_SOURCE_COPIES = 3  # of a source sound, its log-mel and its latents, while it is encoded
_EDITED_COPIES = 3  # of a take that becomes longer: before, on the canvas, and after
_ENDLESS_COPIES = 3  # recorded by engine, player and library
_WARN_BELOW_S = 600.0  # of sound that the disk can still hold


@dataclass(frozen=True, slots=True)
class BytesPerSecond:
    """What a second of a model's sound takes, in bytes.

    Attributes:
        spooled: On the disk while a take is made and shown.
        source: In memory, of a sound that a take starts from.
    """

    spooled: int
    source: int

    @classmethod
    def of(cls, model: TextToAudioModel) -> Self:
        """By the model's clock, its log-mel and its latents."""
        clock, mel = model.clock, model.mel
        samples = clock.sample_rate * clock.channels
        cells = mel.frames_per_second * mel.n_mels
        rows = clock.sample_rate / clock.hop_length * model.latent_channels * model.latent_bins
        return cls(
            spooled=round(_NUMBER_BYTES * (samples + cells + _SAMPLER_STATES * rows)),
            source=round(_NUMBER_BYTES * _SOURCE_COPIES * (samples + cells + rows)),
        )

    @property
    def endless(self) -> int:
        """On the disk, of a sound that is recorded without an end."""
        return _ENDLESS_COPIES * self.spooled


def spooled_bytes(model: TextToAudioModel, request: GenerationRequest) -> int:
    """Bytes that a take needs on the disk while it is made and shown."""
    return round(request.duration_s * BytesPerSecond.of(model).spooled)


def check_space(model: TextToAudioModel, request: GenerationRequest) -> None:
    """Raise if there is no space for the length of a request.

    Raises:
        InvalidRequestError: The sentence says which length would fit.
    """
    folder = spool_folder()
    free = shutil.disk_usage(folder).free
    length_s, needed = request.duration_s, BytesPerSecond.of(model)
    _check_free(
        "duration_s", length_s, needed.spooled, free, resource="space", place=f" in {folder}"
    )
    if request.init_audio is not None:  # encoded as a whole; all else goes stretch by stretch
        free = available_host_bytes()
        _check_free("duration_s", length_s, needed.source, free, resource="memory")


def check_edit_space(take: Take, edit: Edit) -> None:
    """Raise if there is no memory for a take that an edit makes longer: it is held as a whole.

    Args:
        take: The take.
        edit: The edit.

    Raises:
        InvalidRequestError: The sentence says which length would fit.
    """
    if not edit.added_s:
        return
    arrays = (take.waveform, take.mel, take.latents)
    num_bytes = sum(array.nbytes for array in arrays if array is not None)
    _check_free(
        "added_s",
        take.duration_s + edit.added_s,
        round(_EDITED_COPIES * num_bytes / max(take.duration_s, 1 / take.sample_rate)),
        available_host_bytes(),
        resource="memory",
    )


class DiskSpace:
    """Watches the free space while an endless sound is recorded.

    Args:
        progress: Gets a notice once when space gets short, and when it ends.
        model: The model that makes the sound.
    """

    def __init__(self, progress: Progress, model: TextToAudioModel) -> None:
        self._progress, self._sample_rate = progress, model.clock.sample_rate
        self._needed = BytesPerSecond.of(model)
        self._has_warned = False

    def is_enough(self, num_samples: int) -> bool:
        """Whether the sound may go on: its `num_samples` have to be stored as a take too."""
        take_bytes = num_samples / self._sample_rate * self._needed.spooled
        free = shutil.disk_usage(spool_folder()).free - LEAST_FREE_BYTES - take_bytes
        remaining_s = free / self._needed.endless
        if remaining_s <= 0:
            self._progress.emit(
                Notice("The disk is nearly full: the sound ends here, and all of it is kept.")
            )
        elif remaining_s < _WARN_BELOW_S and not self._has_warned:
            self._has_warned = True
            minutes = max(1, int(remaining_s / 60))
            self._progress.emit(
                Notice(f"The disk is getting full: there is room for about {minutes} min more.")
            )
        return remaining_s > 0


def _check_free(
    field: str,
    length_s: float,
    bytes_per_second: int,
    free: int,
    *,
    resource: str,
    place: str = "",
) -> None:
    needed = length_s * bytes_per_second
    fitting_s = free // bytes_per_second
    if needed > free:
        shorter = f"ask for less than {fitting_s:,} s, or " if fitting_s > 0 else ""
        raise InvalidRequestError(
            field,
            f"{length_s:g} s of sound need {size_text(needed)} of {resource} and "
            f"{size_text(free)} are free{place}; {shorter}free some {resource}.",
        )
