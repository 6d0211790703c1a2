"""Whether there is room for a request, on the disk and in memory, before anything is loaded."""

import shutil

from core.api.byte_count import size_text
from core.api.errors import InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.runtime.host_memory import available_host_bytes
from core.runtime.spool import spool_folder

MIN_SAMPLE_RATE = 16_000
SOUND_BYTES_PER_SECOND = 8 * MIN_SAMPLE_RATE  # float32 samples, and 100 x 64 cells of log-mel
LATENT_BYTES_PER_SECOND = 32_000  # what a sampler keeps: five times 12.5 x 16 x 8 values
SPOOLED_BYTES_PER_SECOND = SOUND_BYTES_PER_SECOND + LATENT_BYTES_PER_SECOND
SOURCE_BYTES_PER_SECOND = 200_000  # a sound to start from: its log-mel, latents, and copies of both
ENDLESS_BYTES_PER_SECOND = 3 * SPOOLED_BYTES_PER_SECOND  # heard, gone back to, and kept
LEAST_FREE_BYTES = 64 << 20  # left on the disk
_SHORT_S = 600.0  # of sound for which there is room yet: time to say so


def spooled_bytes(request: GenerationRequest) -> int:
    """What a take keeps on the disk while it is made and looked at."""
    return round(request.duration_s * SPOOLED_BYTES_PER_SECOND)


def check_room(request: GenerationRequest) -> None:
    """Refuse a length that there is no room for.

    Raises:
        InvalidRequestError: The sentence says how much there is room for.
    """
    folder = spool_folder()
    _check(
        request, SPOOLED_BYTES_PER_SECOND, shutil.disk_usage(folder).free, "space", f" in {folder}"
    )
    if request.init_audio is not None:  # it is encoded whole; all else goes stretch by stretch
        _check(request, SOURCE_BYTES_PER_SECOND, available_host_bytes(), "memory")


class DiskRoom:
    """Watches the disk while a sound without an end is kept on it.

    Args:
        progress: Is told once when room gets short, and when it ends.
        sample_rate: Samples a second.
    """

    def __init__(self, progress: Progress, sample_rate: int) -> None:
        self._progress, self._sample_rate = progress, sample_rate
        self._has_warned = False

    def is_enough(self, num_samples: int) -> bool:
        """Whether the sound may go on; all of `num_samples` has to be kept as a take yet."""
        to_keep = num_samples / self._sample_rate * SPOOLED_BYTES_PER_SECOND
        free = shutil.disk_usage(spool_folder()).free - LEAST_FREE_BYTES - to_keep
        left_s = free / ENDLESS_BYTES_PER_SECOND
        if left_s <= 0:
            self._progress.emit(
                Notice("The disk is nearly full: the sound ends here, and all of it is kept.")
            )
        elif left_s < _SHORT_S and not self._has_warned:
            self._has_warned = True
            minutes = max(1, int(left_s / 60))
            self._progress.emit(
                Notice(f"The disk is getting full: there is room for about {minutes} min more.")
            )
        return left_s > 0


def _check(
    request: GenerationRequest, bytes_per_second: int, free: int, what: str, where: str = ""
) -> None:
    needed = request.duration_s * bytes_per_second
    if needed > free:
        raise InvalidRequestError(
            "duration_s",
            f"{request.duration_s:g} s of sound need {size_text(needed)} of {what} and "
            f"{size_text(free)} are free{where}; ask for less than "
            f"{free // bytes_per_second:,} s.",
        )
