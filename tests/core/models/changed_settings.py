"""Changes a setting of a model's folder, as a damaged or foreign one would have it."""

import json
from pathlib import Path
from typing import Any


def change(folder: Path, file: str, **values: Any) -> None:
    """Write other values into a JSON file of the folder, new or not; what is not named stays."""
    path = folder / file
    before = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(before | values))
