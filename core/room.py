"""Whether there is room for a request, on the disk and in memory, before anything is loaded."""

import shutil

from core.errors import InvalidRequestError
from core.host_memory import available_host_bytes
from core.request import GenerationRequest
from core.spool import spool_folder

MIN_SAMPLE_RATE = 16_000
SOUND_BYTES_PER_SECOND = 8 * MIN_SAMPLE_RATE  # float32 samples, and 100 x 64 cells of log-mel
LATENT_BYTES_PER_SECOND = 32_000  # what a sampler keeps: five times 12.5 x 16 x 8 values
SPOOLED_BYTES_PER_SECOND = SOUND_BYTES_PER_SECOND + LATENT_BYTES_PER_SECOND
SOURCE_BYTES_PER_SECOND = 200_000  # a sound to start from: its log-mel, latents, and copies of both


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


def _check(
    request: GenerationRequest, bytes_per_second: int, free: int, what: str, where: str = ""
) -> None:
    needed = request.duration_s * bytes_per_second
    if needed > free:
        raise InvalidRequestError(
            "duration_s",
            f"{request.duration_s:g} s of sound need {needed / 1e9:,.1f} GB of {what} and "
            f"{free / 1e9:,.1f} GB are free{where}; ask for less than "
            f"{free // bytes_per_second:,} s.",
        )
