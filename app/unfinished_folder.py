"""Where long runs keep what they have done, until they are finished."""

from pathlib import Path

import platformdirs


def unfinished_folder() -> Path:
    """A folder of the person's cache; runs of more than a month ago are removed from it."""
    return Path(platformdirs.user_cache_path("Tessera", appauthor=False)) / "unfinished"
