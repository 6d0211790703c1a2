"""`python3 -m tests.benchmarks.ui`: how quickly the window opens, answers and paints.

Runs the real window offscreen over the real engine and a real model through a whole generation,
with a watchdog in the event loop. Bars: usable in 1.5 s; stalls under 50 ms at the 99th
percentile while generating; an hour of spectrogram painted in 33 ms at the 95th percentile; memory
after 20 takes within 5% of that after 2.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from app.library.layout import FOLDER_KEY
from app.session.engine_worker import make_tessera_engine
from app.session.session import Session
from app.studio.application import Studio, make_application
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.run_status import Outcome
from app.view_models.takes.session_state import SessionState
from app.view_models.transport.playback import Playback
from app.view_models.viewer.selection import Selection
from app.views.widgets.message_boxes import MessageBoxes
from core.api.config import TilingMode
from core.api.events import Stage, TilePlanned
from core.api.region import Region, Span
from core.api.request import BUNDLED_MODEL
from tests.app.fake_playback import FakePlayback
from tests.benchmarks.growth import BAR, print_growth
from tests.benchmarks.watchdog import Stalls, Watchdog

START_CODE = """
import sys
from PySide6.QtCore import QTimer
from tests.benchmarks.ui import make_studio
application, studio = make_studio(sys.argv[1])
studio.window.show()
QTimer.singleShot(0, application.quit)
application.exec()
assert "torch" not in sys.modules
studio.join()
"""
HOUR_FRAMES = 360_000


def make_studio(memory_file: str, playback: Playback | None = None) -> tuple[QApplication, Studio]:
    """The studio with a sound output that needs no device, remembering into a file of its own."""
    application = make_application(["tessera"])
    memory = SettingsStore(QSettings(memory_file, QSettings.Format.IniFormat))
    memory.keep(FOLDER_KEY, f"{memory_file}.library")
    return application, Studio(
        application, make_tessera_engine, playback or FakePlayback(), memory, MessageBoxes()
    )


def main() -> int:
    """Measure, print, and say by the exit code whether the bars were met."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        memory_file = str(Path(folder) / "memory.ini")
        start_s = min(_start_time_s(memory_file) for _ in range(3))
        print(f"usable window after     {start_s:6.2f} s", flush=True)
        application, studio = make_studio(memory_file)
        studio.window.show()
        studio.window.resize(1280, 800)
        stalls = _generate(studio.session, options)
        growth = print_growth(studio)
        paint_p95_ms = _paint_times(application, studio)
        studio.join()
    met = start_s < 1.5 and stalls.p99_ms < 50 and paint_p95_ms < 33 and growth <= BAR
    return 0 if met else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How quickly the window opens, answers, paints.")
    parser.add_argument("--model", default=BUNDLED_MODEL)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--steps", type=int, default=25)
    return parser.parse_args()


def _start_time_s(memory_file: str) -> float:
    """Seconds from starting Python to the window's first idle moment."""
    start_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", START_CODE, memory_file], check=True)
    return time.perf_counter() - start_s


def _generate(session: Session, options: argparse.Namespace) -> Stalls:
    watchdog = Watchdog()
    watchdog.start()
    started_s = time.perf_counter()
    session.prepare_engine()
    _run_until(lambda: session.engine_ready)
    print(f"engine ready after      {time.perf_counter() - started_s:6.2f} s")
    print(f"stalls while it loads   {watchdog.stop()}", flush=True)
    session.document.draft.fill(
        {
            "prompt": "church organ",
            "duration_s": options.seconds,
            "num_inference_steps": options.steps,
            "model": options.model,
        }
    )
    session.generate()
    watchdog.start()
    stages = _StageStalls(session)
    _run_until(lambda: session.state is SessionState.IDLE)
    stalls = watchdog.stop()
    stages.print()
    if session.document.status.outcome is not Outcome.FINISHED:
        raise SystemExit(f"the run did not finish: {session.document.status.error}")
    print(f"generated {options.seconds:g} s in       {session.document.status.took_s:6.2f} s")
    print(f"stalls in the whole run {stalls}", flush=True)
    return stalls


class _StageStalls:
    """A watchdog for each stage of a run."""

    def __init__(self, session: Session) -> None:
        self._status = session.document.status
        self._watchdog = Watchdog()
        self._stage: Stage | None = None
        self._heard: list[tuple[Stage, Stalls]] = []
        session.document.status.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        if self._status.stage is self._stage:
            return
        stalls = self._watchdog.stop()
        if self._stage is not None:
            self._heard.append((self._stage, stalls))
        self._stage = self._status.stage
        self._watchdog.start()

    def print(self) -> None:
        """What was heard, stage by stage."""
        self._watchdog.stop()
        for stage, stalls in self._heard:
            print(f"  {stage:22}{stalls}")


def _paint_times(application: QApplication, studio: Studio) -> float:
    """Zoom and pan over an hour of sound; the 95th percentile of painting it, in ms.

    Painted are the spectrogram with a selection and tiles, and the overview above it.
    """
    view, overview = studio.window.viewer_panel.view, studio.window.viewer_panel.overview
    _fill_an_hour(studio.session)
    box = view.getViewBox()
    times_ms = []
    for step in range(200):
        width_s = 3600 * 0.95**step + 0.5
        start_s = min(3600 - width_s, step * 17.0)
        box.setXRange(start_s, start_s + width_s, padding=0)
        start = time.perf_counter()
        view.viewport().repaint()
        overview.repaint()
        times_ms.append((time.perf_counter() - start) * 1000)
        application.sendPostedEvents()
    size = view.size()
    p95_ms = _print_times("painting an hour", times_ms, f"{size.width()}x{size.height()}")
    _play_head_times(application, studio)
    return p95_ms


def _fill_an_hour(session: Session) -> None:
    """An hour of noise, half a thousand tiles, and ten minutes of it chosen."""
    bins = Span(0, 64)
    session.document.spectrogram.begin(HOUR_FRAMES)
    noise = np.random.default_rng(0).normal(-5, 2, (HOUR_FRAMES, 64)).astype(np.float32)
    session.document.spectrogram.write(Region(Span(0, HOUR_FRAMES), bins), noise)
    edges = range(0, HOUR_FRAMES, 720)
    tiles = tuple(Region(Span(start, start + 720), bins) for start in edges)
    session.document.tiles.plan(TilePlanned(TilingMode.EXACT, tiles, tiles, "500 tiles"))
    transport = session.document.transport
    transport.set_plays_on_arrival(False)
    transport.begin(HOUR_FRAMES / 100, 16_000)
    minute = np.random.default_rng(1).normal(0, 0.2, 960_000).astype(np.float32)
    for start in range(0, HOUR_FRAMES * 160, minute.size):
        session._playback.append(start, minute)
    transport.note_available(HOUR_FRAMES / 100)
    session.document.selection.select(Selection(1200.0, 1800.0))


def _play_head_times(application: QApplication, studio: Studio) -> None:
    """What one move of the play head costs, thirty times a second."""
    studio.window.viewer_panel.view.fit()
    application.processEvents()
    times_ms = []
    for step in range(200):
        start = time.perf_counter()
        studio.session.document.transport.seek(step * 17.0)
        application.processEvents()
        times_ms.append((time.perf_counter() - start) * 1000)
    _print_times("moving the play head", times_ms, "over an hour")


def _print_times(name: str, times_ms: list[float], where: str) -> float:
    """Print percentiles, and return the 95th."""
    median_ms, p95_ms = np.percentile(times_ms, (50, 95))
    worst_ms = max(times_ms)
    print(f"{name:23} median {median_ms:5.1f}  95% {p95_ms:6.1f}  max {worst_ms:6.1f} ms  {where}")
    return float(p95_ms)


def _run_until(condition: object) -> None:
    """Turn the event loop until the condition holds."""
    loop = QEventLoop()
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start()
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
