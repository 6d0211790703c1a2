"""Takes the README's pictures: the real window in a real generation with the bundled model.

    xvfb-run -a -s "-screen 0 1280x800x24" python3 packaging/screenshots.py

For each theme, into resources/screenshots: "generating", while tiles are decoded;
"finished", at the end; "workbench", with the engine's choices and the history open; "models", the
dialog of all models; and "large", the finished sound in a window of 2560 x 1440. Its prompts follow
each other along time, as the lane below the spectrogram shows.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, QTimer, Slot  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from app.cli.prompt_arguments import parse_segments  # noqa: E402
from app.library.layout import FOLDER_KEY  # noqa: E402
from app.playback.player import Player  # noqa: E402
from app.session.engine_worker import make_tessera_engine  # noqa: E402
from app.studio.application import Studio, make_application  # noqa: E402
from app.view_models.settings_store import SettingsStore  # noqa: E402
from app.view_models.takes.run_status import Outcome  # noqa: E402
from app.view_models.takes.session_state import SessionState  # noqa: E402
from app.views.side_bar.side_bar import SideBarPage  # noqa: E402
from app.views.widgets.message_boxes import MessageBoxes  # noqa: E402
from app.views.widgets.theme import ThemeChoice  # noqa: E402
from core.api.events import TileState  # noqa: E402
from core.api.request import BUNDLED_MODEL  # noqa: E402
from tests.app.playback.pulse import PulseDaemon  # noqa: E402

SIZE = (1280, 800)
LARGE_SIZE = (2560, 1440)
DEVICE_RATE = 48000


class Photographer(QObject):
    """Waits for the two moments of a run that are worth a picture."""

    def __init__(self, studio: Studio, folder: Path, theme: ThemeChoice) -> None:
        super().__init__()
        self._studio = studio
        self._folder = folder
        self._theme = theme
        self._has_middle = False
        studio.session.document.tiles.changed.connect(self._on_tiles_changed)

    @Slot()
    def _on_tiles_changed(self) -> None:
        tiles = self._studio.session.document.tiles
        is_middle = 0 < len(tiles.tiles) <= 2 * tiles.num_done and tiles.count(TileState.RUNNING)
        if is_middle and not self._has_middle:
            self._has_middle = True
            QTimer.singleShot(0, lambda: self.picture("generating"))  # after its tile is drawn

    def picture(self, moment: str, widget: QWidget | None = None) -> None:
        """Save the window as it is, or another one."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        path = self._folder / f"{moment}-{self._theme}.png"
        if not (widget or self._studio.window).grab().save(str(path)):
            raise SystemExit(f"{path} cannot be written")
        print(path)

    def workbench(self) -> None:
        """The engine's choices at the left, the history at the right."""
        window = self._studio.window
        window.prompt_panel.engine_section.set_open(True)
        window.side_bar.open(SideBarPage.HISTORY)
        run_for(ms=500)
        self.picture("workbench")
        window.prompt_panel.engine_section.set_open(False)
        window.side_bar.open(SideBarPage.NONE)

    def models(self) -> None:
        """The dialog of all models."""
        manager = self._studio.window.open_models()
        run_until(lambda: bool(manager.names))
        run_for(ms=200)
        self.picture("models", manager)
        manager.close()

    def large(self) -> None:
        """The window on a large screen."""
        self._studio.window.resize(*LARGE_SIZE)
        run_for(ms=500)
        self.picture("large")


def main() -> None:
    """Take all pictures."""
    options = _options()
    options.output.mkdir(parents=True, exist_ok=True)
    application = make_application(["tessera"])
    with sound_device(), tempfile.TemporaryDirectory() as folder:
        for theme in (ThemeChoice.DARK, ThemeChoice.LIGHT):
            memory = QSettings(f"{folder}/{theme}.ini", QSettings.Format.IniFormat)
            memory.setValue("theme", str(theme))
            memory.setValue("tour/seen", "yes")
            memory.setValue(FOLDER_KEY, f"{folder}/{theme}")
            _photograph(application, SettingsStore(memory), theme, options)


@contextmanager
def sound_device() -> Iterator[None]:
    """A device of its own, to play to and record from: the machine may have none."""
    with PulseDaemon(DEVICE_RATE) as daemon:
        for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH", "PULSE_COOKIE", "ALSA_CONFIG_PATH"):
            os.environ[name] = daemon.environment[name]
        yield


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take the README's pictures.")
    parser.add_argument("--model", default=BUNDLED_MODEL)
    parser.add_argument("--prompt", default="church organ")
    parser.add_argument("--segment", nargs="*", default=["0:10 ocean waves", "0:17 choir"])
    parser.add_argument("--seconds", type=float, default=24.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=ROOT / "resources" / "screenshots")
    return parser.parse_args()


def _photograph(
    application: QApplication,
    memory: SettingsStore,
    theme: ThemeChoice,
    options: argparse.Namespace,
) -> None:
    studio = Studio(application, make_tessera_engine, Player(), memory, MessageBoxes())
    studio.window.resize(*SIZE)
    studio.open()
    photographer = Photographer(studio, options.output, theme)
    session = studio.session
    session.document.draft.fill(
        {
            "prompt": options.prompt,
            "segments": parse_segments(options.segment, options.prompt),
            "duration_s": options.seconds,
            "seed": options.seed,
            "model": options.model,
        }
    )
    session.document.draft.set_seed_locked(True)
    session.generate()
    run_until(lambda: session.state is SessionState.IDLE)
    if session.document.status.outcome is not Outcome.FINISHED:
        raise SystemExit(f"the run did not finish: {session.document.status.error}")
    session.document.transport.pause()
    session.document.transport.seek(options.seconds * 0.4)
    run_for(ms=200)
    photographer.picture("finished")
    photographer.workbench()
    photographer.models()
    photographer.large()
    studio.window.hide()
    studio.join()


def run_until(condition: Callable[[], object]) -> None:
    """Let the studio work until something is true."""
    loop, timer = QEventLoop(), QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start()
    loop.exec()


def run_for(ms: int) -> None:
    """Let the studio work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
