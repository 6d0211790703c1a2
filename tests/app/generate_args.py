"""The arguments of a quick `main.py generate`."""

from pathlib import Path


def generate_args(model: Path, output: Path, *more: str) -> list[str]:
    """Half a second of rain in two steps, with further arguments."""
    short = ["--seconds", "0.5", "--steps", "2", "--seed", "1"]
    return ["generate", "rain", "--model", str(model), "-o", str(output), *short, *more]
