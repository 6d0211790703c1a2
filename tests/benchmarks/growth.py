"""How much a long session grows: memory after 20 generations against that after 2.

`python3 -m tests.benchmarks.growth` measures it alone; the benchmark of the window includes it.
"""

import gc
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop

from app.studio.application import Studio

FEW, MANY = 2, 20
BAR = 0.05
REQUEST = {"prompt": "church organ", "duration_s": 4.0, "num_inference_steps": 4}
_STATM = Path("/proc/self/statm")


def print_growth(studio: Studio) -> float:
    """Generate, keep and show short takes; the growth as a share of what there was.

    Systems that do not say how much memory a process has just now count as no growth.
    """
    studio.library.open()
    studio.session.document.draft.fill(REQUEST)
    few_bytes = 0
    for number in range(1, MANY + 1):
        _generate(studio)
        if number == FEW:
            few_bytes = _resident_bytes()
    many_bytes = _resident_bytes()
    share = many_bytes / few_bytes - 1 if few_bytes else 0.0
    print(
        f"memory after {MANY} takes    {many_bytes / 1e6:6.0f} MB, after {FEW} "
        f"{few_bytes / 1e6:.0f} MB: {share:+.1%}",
        flush=True,
    )
    return share


def _generate(studio: Studio) -> None:
    loop = QEventLoop()
    studio.library.library_worker.added.connect(loop.quit)
    studio.library.library_worker.failed.connect(loop.quit)
    studio.session.generate()
    loop.exec()


def _resident_bytes() -> int:
    gc.collect()
    if not _STATM.exists():
        return 0
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Measure, and say by the exit code whether the bar was met."""
    from tests.benchmarks.ui import make_studio

    with tempfile.TemporaryDirectory() as folder:
        _, studio = make_studio(f"{folder}/memory.ini")
        studio.window.show()
        share = print_growth(studio)
        studio.join()
    return 0 if share <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
