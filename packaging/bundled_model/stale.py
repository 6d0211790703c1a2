"""What is said when the work folder holds what other settings made."""

from pathlib import Path

from core.api.errors import TesseraError


class StaleFilesError(TesseraError):
    """Files of the work folder that do not belong to this run."""

    def __init__(self, path: Path, held: str) -> None:
        super().__init__(
            f"{path} holds {held}: other settings made it. Delete it, and what was learnt from it, "
            "and start again."
        )
