"""How long until the window can be used: the built program against the source tree."""

import statistics
import sys
import tempfile
from pathlib import Path

from release.layout import ROOT

from trial.program import Program, TrialFailedError

STARTS = 5
MOST_TIMES_SLOWER = 2.0


def compare_starts(built: Program, starts: int = STARTS) -> str:
    """Start both by turns, and say how long each took.

    Raises:
        TrialFailedError: The built one takes more than twice as long.
    """
    source = Program([sys.executable, str(ROOT / "main.py")])
    moments = [(start_s(built), start_s(source)) for _ in range(starts)]
    built_s, source_s = (statistics.median(column) for column in zip(*moments, strict=True))
    sentence = f"to the window: built {built_s:.2f} s, source {source_s:.2f} s"
    if built_s > MOST_TIMES_SLOWER * source_s:
        raise TrialFailedError(f"it starts too slowly: {sentence}.")
    return sentence


def start_s(program: Program) -> float:
    """Seconds from the start of the process to a painted window that takes clicks."""
    with tempfile.TemporaryDirectory() as folder:
        return program.run("self-test", str(Path(folder)), until="window").moment_s("window")
