"""`python3 -m tests.benchmarks.scrolling`: how smoothly a long recording scrolls in the window.

Shows ten minutes of stereo at 48 kHz in the real window and moves along them as quickly as the
window paints, a screen a second: the log-mel, a measured spectrum, the spectrum with the waveform
below, and the waveform alone. Bar: 30 frames a second in each. Run it under Xvfb
(`QT_QPA_PLATFORM=xcb xvfb-run ...`), or without a screen.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.studio.application import Studio
from app.view_models.picture.picture_model import Frequencies
from app.view_models.picture.waveform_model import WaveformPlace
from app.view_models.viewer.opened_take import open_take
from core.api.request import GenerationRequest
from core.api.take import Take
from tests.benchmarks.ui import make_studio

RATE = 48_000
PICTURES = (
    (Frequencies.MEL, WaveformPlace.OFF),
    (Frequencies.LINEAR, WaveformPlace.OFF),
    (Frequencies.LOGARITHMIC, WaveformPlace.BELOW),
    (Frequencies.LOGARITHMIC, WaveformPlace.INSTEAD),
)
ON_SCREEN_S = (0.05, 3.0, 20.0, 120.0)
BAR_FPS = 30.0


def main() -> int:
    """Measure, print, and say by the exit code whether the bar was met."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        application, studio = make_studio(str(Path(folder) / "memory.ini"))
        studio.window.resize(1280, 800)
        studio.window.show()
        studio.session.viewer.show(open_take("ten", _recording(Path(folder))), quietly=True)
        transport = studio.session.document.transport
        while transport.available_s < transport.duration_s:
            _wait(0.1)
        rates = [
            _scroll(studio, picture, on_screen_s, options.seconds)
            for picture in PICTURES
            for on_screen_s in ON_SCREEN_S
        ]
        studio.window.hide()
        studio.join()
        application.processEvents()
    return 0 if min(rates) >= BAR_FPS else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How smoothly a long recording scrolls.")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    return parser.parse_args()


def _recording(folder: Path) -> Take:
    """Ten minutes of a rising tone in noise, on the disk as a take of the library is."""
    num_samples = 600 * RATE
    samples = np.lib.format.open_memmap(
        folder / "sound.npy", mode="w+", dtype=np.float32, shape=(num_samples, 2)
    )
    rng = np.random.default_rng(0)
    for start in range(0, num_samples, 10 * RATE):
        times = np.arange(10 * RATE) / RATE
        tone = 0.3 * np.sin(2 * np.pi * (200 + 900 * times) * times)
        noise = rng.normal(0, 0.01, (10 * RATE, 2))
        samples[start : start + 10 * RATE] = tone[:, None] + noise
    samples.flush()
    mapped = np.load(folder / "sound.npy", mmap_mode="r")
    mel = rng.normal(-5, 2, (60_000, 64)).astype(np.float32)
    request = GenerationRequest(recording=str(folder / "sound.wav"), duration_s=600.0)
    return Take(request=request, sample_rate=RATE, waveform=mapped, mel=mel)


class _Paints(QObject):
    """The moments at which a widget painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.moments_s: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the moment of a paint event, and let it pass."""
        if event.type() is QEvent.Type.Paint:
            self.moments_s.append(time.perf_counter())
        return False


def _scroll(
    studio: Studio,
    picture: tuple[Frequencies, WaveformPlace],
    on_screen_s: float,
    for_s: float,
) -> float:
    """Move along a screen a second; print and return the frames a second."""
    document, view = studio.session.document, studio.window.viewer_panel.view
    frequencies, waveform = picture
    document.picture.choose_frequencies(frequencies)
    document.waveform.choose_place(waveform)
    view.show_range(0.0, on_screen_s)
    _wait(1.0)
    is_alone = waveform is WaveformPlace.INSTEAD
    shown = studio.window.viewer_panel.waveform_view if is_alone else view
    paints, started_s = _Paints(shown.viewport()), time.perf_counter()
    complete: list[bool] = []

    @Slot()
    def on_turn() -> None:
        at_s = (time.perf_counter() - started_s) * on_screen_s % (600.0 - on_screen_s)
        view.show_range(at_s, at_s + on_screen_s)
        complete.append(not document.measured.is_incomplete)

    timer = QTimer(interval=0)
    timer.timeout.connect(on_turn)
    timer.start()
    _wait(for_s)
    timer.stop()
    gaps_ms = np.diff(paints.moments_s) * 1000
    paints.deleteLater()
    fps = 1000 / gaps_ms.mean()
    print(
        f"{frequencies:11}, waveform {waveform:7} {on_screen_s:4g} s: {fps:6.1f} frames/s, "
        f"95% of gaps under {np.percentile(gaps_ms, 95):5.1f} ms, longest {gaps_ms.max():6.1f} ms, "
        f"complete {np.mean(complete):4.0%}",
        flush=True,
    )
    return float(fps)


def _wait(seconds: float) -> None:
    """Turn the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
