"""How much a long session grows: memory after 20 generations against that after 2.

`python3 -m tests.benchmarks.growth` measures it alone; the benchmark of the window includes it.
With `--minutes 30` it measures one long run instead: how much more private memory the process,
window and engine together, needs for it than for a minute of sound.
"""

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from app.playback.player import Player
from app.studio.application import Studio
from tests.app.fake_playback import FakePlayback
from tests.app.playback.fake_output import FakeOutput

FEW, MANY = 2, 20
BAR = 0.05
REQUEST = {"prompt": "church organ", "duration_s": 4.0, "num_inference_steps": 4}
LONG_REQUEST = {"prompt": "church organ", "num_inference_steps": 2}
_STATM, _STATUS = Path("/proc/self/statm"), Path("/proc/self/status")


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


def print_growth_of_a_run(studio: Studio, minutes: float) -> None:
    """Generate a minute of sound and then many, and print the difference of their peaks."""
    studio.library.open()
    studio.session.document.transport.set_plays_on_arrival(False)
    short_bytes = _peak_of_a_run(studio, 60.0)
    long_bytes = _peak_of_a_run(studio, 60.0 * minutes)
    print(
        f"private memory of {minutes:g} min  {long_bytes / 1e6:6.0f} MB, of 1 min "
        f"{short_bytes / 1e6:.0f} MB: {(long_bytes - short_bytes) / 1e6:+.1f} MB",
        flush=True,
    )


def _peak_of_a_run(studio: Studio, duration_s: float) -> int:
    """The most private memory from the start of a run until its take is written."""
    peaks = [0]
    timer = QTimer(interval=50)
    timer.timeout.connect(lambda: peaks.append(_private_bytes()))
    studio.session.document.draft.fill({**LONG_REQUEST, "duration_s": duration_s})
    timer.start()
    _generate(studio)
    timer.stop()
    return max(peaks)


def _private_bytes() -> int:
    """Memory of this process that is not a page of some file."""
    lines = _STATUS.read_text().splitlines() if _STATUS.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def main() -> int:
    """Measure, and say by the exit code whether the bar was met."""
    from tests.benchmarks.ui import make_studio

    parser = argparse.ArgumentParser(description="How much a long session grows.")
    parser.add_argument("--minutes", type=float, help="measure one run of this length instead")
    minutes = parser.parse_args().minutes
    share = 0.0
    with tempfile.TemporaryDirectory() as folder:
        playback = Player(FakeOutput()) if minutes else FakePlayback()
        _, studio = make_studio(f"{folder}/memory.ini", playback)
        studio.window.show()
        if minutes:
            print_growth_of_a_run(studio, minutes)
        else:
            share = print_growth(studio)
        studio.join()
    return 0 if share <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
