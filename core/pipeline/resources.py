"""Checks the space on the disk and in memory for a request, before anything is loaded."""

import shutil

from core.api.byte_count import size_text
from core.api.edit import Edit
from core.api.errors import InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.runtime.host_memory import available_host_bytes
from core.runtime.spool import spool_folder

MIN_SAMPLE_RATE = 16_000
SOUND_BYTES_PER_SECOND = 8 * MIN_SAMPLE_RATE  # float32 samples, and 100 x 64 cells of log-mel
LATENT_BYTES_PER_SECOND = 32_000  # of a sampler's state: five times 12.5 x 16 x 8 values
SPOOLED_BYTES_PER_SECOND = SOUND_BYTES_PER_SECOND + LATENT_BYTES_PER_SECOND
SOURCE_BYTES_PER_SECOND = 200_000  # of a source sound: its log-mel, latents, and copies of both
EDITED_BYTES_PER_SECOND = 2 * SPOOLED_BYTES_PER_SECOND  # of a longer take, and of its new copy
ENDLESS_BYTES_PER_SECOND = 3 * SPOOLED_BYTES_PER_SECOND  # recorded by engine, player and library
LEAST_FREE_BYTES = 64 << 20  # left free on the disk
_WARN_BELOW_S = 600.0  # of sound that the disk can still hold


def spooled_bytes(request: GenerationRequest) -> int:
    """Bytes that a take needs on the disk while it is made and shown."""
    return round(request.duration_s * SPOOLED_BYTES_PER_SECOND)


def check_space(request: GenerationRequest) -> None:
    """Raise if there is no space for the length of a request.

    Raises:
        InvalidRequestError: The sentence says which length would fit.
    """
    folder = spool_folder()
    free = shutil.disk_usage(folder).free
    length_s = request.duration_s
    _check_free(
        "duration_s",
        length_s,
        SPOOLED_BYTES_PER_SECOND,
        free,
        resource="space",
        place=f" in {folder}",
    )
    if request.init_audio is not None:  # encoded as a whole; all else goes stretch by stretch
        free = available_host_bytes()
        _check_free("duration_s", length_s, SOURCE_BYTES_PER_SECOND, free, resource="memory")


def check_edit_space(take_s: float, edit: Edit) -> None:
    """Raise if there is no memory for a take that an edit makes longer: it is held as a whole.

    Args:
        take_s: Length of the take in seconds.
        edit: The edit.

    Raises:
        InvalidRequestError: The sentence says which length would fit.
    """
    if edit.added_s:
        length_s = take_s + edit.added_s
        _check_free(
            "added_s", length_s, EDITED_BYTES_PER_SECOND, available_host_bytes(), resource="memory"
        )


class DiskSpace:
    """Watches the free space while an endless sound is recorded.

    Args:
        progress: Gets a notice once when space gets short, and when it ends.
        sample_rate: Samples a second.
    """

    def __init__(self, progress: Progress, sample_rate: int) -> None:
        self._progress, self._sample_rate = progress, sample_rate
        self._has_warned = False

    def is_enough(self, num_samples: int) -> bool:
        """Whether the sound may go on: its `num_samples` have to be stored as a take too."""
        take_bytes = num_samples / self._sample_rate * SPOOLED_BYTES_PER_SECOND
        free = shutil.disk_usage(spool_folder()).free - LEAST_FREE_BYTES - take_bytes
        remaining_s = free / ENDLESS_BYTES_PER_SECOND
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
