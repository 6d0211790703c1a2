"""A process that records in the studio's window, by key, and reports how it went.

It prints a line of JSON at each step, for a test that takes the input or the process away.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtTest import QTest

from app.library.layout import FOLDER_KEY
from app.studio.application import Studio, make_application, make_sound
from app.view_models.settings_store import SettingsStore
from tests.app.fake_dialogs import FakeDialogs
from tests.app.fake_engine import FakeEngine

RECORDED_S = 2.0
PRE_ROLL_S = 0.5
_PATIENCE_MS = 60_000


def main(folder: Path, scenario: str) -> None:
    """Open the studio over a library, and do what the scenario says."""
    studio = _open_studio(folder)
    if scenario == "find":
        _wait_until(lambda: "was not finished" in studio.window.status_line.text)
    else:
        _record(studio, ends_it=scenario == "stop")
    _wait_until(lambda: studio.window.document.shown.take is not None)
    _wait_until(lambda: not list((folder / "recordings").iterdir()))  # the library has it
    take = studio.window.document.shown.take
    assert take is not None
    dialog = studio.record.dialog
    _report(
        step="done",
        said=studio.window.status_line.text,
        dialog=dialog.state.text() if dialog is not None and dialog.isVisible() else "",
        duration_s=take.duration_s,
        sample_rate=take.sample_rate,
        channels=take.channels,
    )
    studio.window.close()
    _wait_until(lambda: studio.session.document.state.is_over)
    studio.join()


def _record(studio: Studio, *, ends_it: bool) -> None:
    """Begin by key once the level moves; end by key, or let somebody else end it."""
    window = studio.window
    window.activateWindow()
    window.viewer_panel.view.setFocus()
    QTest.keyClick(window, Qt.Key.Key_R)
    _wait_until(lambda: studio.record.dialog is not None)
    dialog = studio.record.dialog
    assert dialog is not None
    dialog.activateWindow()
    _wait_until(lambda: dialog.record.isEnabled() and "−∞" not in dialog.level.text())
    _wait_for(round(1500 * PRE_ROLL_S))
    _report(step="listening", level=dialog.level.text(), state=dialog.state.text())
    QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Space)
    _wait_until(lambda: _seconds(dialog.clock.text()) > RECORDED_S)
    _report(step="recording", clock=dialog.clock.text())
    if ends_it:
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Space)


def _open_studio(folder: Path) -> Studio:
    application = make_application(["tessera"])
    memory = SettingsStore(QSettings(str(folder / "memory.ini"), QSettings.Format.IniFormat))
    memory.keep(FOLDER_KEY, str(folder))
    memory.keep("tour/seen", True)
    memory.keep("recording/pre_roll_s", PRE_ROLL_S)
    player, recorder = make_sound()
    studio = Studio(application, FakeEngine, player, memory, FakeDialogs(), recorder=recorder)
    studio.open()
    _wait_until(lambda: studio.session.engine_ready)
    return studio


def _seconds(clock: str) -> float:
    minutes, _, seconds = clock.partition(":")
    return 60 * int(minutes) + float(seconds)


def _wait_until(condition: Callable[[], object]) -> None:
    loop, timer = QEventLoop(), QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    timer.start()
    loop.exec()
    if not condition():
        raise SystemExit("it did not come to that")


def _wait_for(duration_ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


def _report(**values: Any) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
