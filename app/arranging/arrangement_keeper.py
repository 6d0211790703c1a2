"""Keeps the arrangement in the library after every edit, and brings it back at the next start."""

import contextlib
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot

from app.arranging.arranger import Arranger
from app.library.library_worker import LibraryWorker
from app.view_models.arrangement.arrangement_model import ArrangementModel, KeptArrangement
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.take_record import new_take_id
from core.api.errors import TesseraError
from core.arrangement.arrangement import Arrangement
from core.arrangement.sound_source import SoundSource
from core.runtime.outside_file import parse_json, read_outside_file

_SETTLED_MS = 400  # edits that follow each other closely are written once
_CURRENT = "arrangement/current"  # the setting: the name of the one that was open last
_log = logging.getLogger(__name__)


class ArrangementKeeper(QObject):
    """Writes and reads arrangements in a thread of its own. Lives in the window's thread.

    Args:
        arranger: Opens what is read.
        model: The arrangement at work.
        library_worker: Knows the folder, once the library is open.
        memory: Remembers which arrangement was open last.

    Signals:
        failed: Why it could not be kept or opened.
        opened: Another arrangement is at work.
        listed: The arrangements of the library as KeptArrangements, the latest first.
    """

    failed = Signal(object)
    opened = Signal()
    listed = Signal(list)
    _read = Signal(object, object, str)

    def __init__(
        self,
        arranger: Arranger,
        model: ArrangementModel,
        library_worker: LibraryWorker,
        memory: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._arranger, self._model = arranger, model
        self._library, self._memory = library_worker, memory
        self._kept: Arrangement | None = model.arrangement  # what was written last
        self._is_closed = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # in order
        self._settled = QTimer(self, interval=_SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self.keep)
        self._read.connect(self._on_read)  # crosses to the window's thread, queued by Qt
        model.changed.connect(self._settled.start)
        model.edited.connect(self._settled.start)  # a drag has changed it before it is an edit
        arranger.sounds.arrived.connect(self._settled.start)
        library_worker.opened.connect(self._on_library_opened)
        self.begin()

    def begin(self) -> None:
        """Begin an empty arrangement; it is kept once something is in it."""
        self.keep()
        self._use(Arrangement(), {}, new_take_id())
        self.opened.emit()

    def delete(self) -> None:
        """Remove the arrangement from the library, and begin an empty one."""
        name = self._model.arrangement_id
        self._kept = self._model.settled  # it need not be written any more
        self._pool.start(lambda: self._try(lambda: self._remove(name)))
        self.begin()

    def open_folder(self, folder: Path) -> None:
        """Open the folder of an arrangement as another one of the library; the folder stays."""
        self.keep()
        self._pool.start(lambda: self._try(lambda: self._open(folder, new_take_id())))

    def open_kept(self, arrangement_id: str) -> None:
        """Open an arrangement of the library."""
        folder = self._library.arrangements_folder
        if folder is not None:
            self.keep()
            wanted = folder / arrangement_id
            self._pool.start(lambda: self._try(lambda: self._open(wanted, arrangement_id)))

    @Slot()
    def keep(self) -> None:
        """Write the arrangement now, unless that was done; sounds that are not read yet wait."""
        self._settled.stop()
        arrangement, sources = self._model.settled, self._arranger.sounds.sources
        if arrangement == self._kept or not set(arrangement.sound_ids) <= sources.keys():
            return
        self._kept = arrangement
        name = self._model.arrangement_id
        self._memory.keep(_CURRENT, name)
        self._pool.start(lambda: self._try(lambda: self._write(arrangement, sources, name)))

    def close(self) -> None:
        """Write what is not written yet, and wait; for the end of the process.

        The library has to be open until then: its lock keeps other processes away.
        """
        self.keep()
        self._is_closed = True
        self._pool.waitForDone()

    def _write(self, arrangement: Arrangement, sources: dict[str, SoundSource], name: str) -> None:
        """Write in the pool's thread; while the library is not open, nothing is kept."""
        folder = self._library.arrangements_folder
        if folder is not None:
            from core.arrangement.arrangement_folder import write_arrangement  # opens libsndfile

            write_arrangement(folder / name, arrangement, sources)
            self._list()

    def _remove(self, name: str) -> None:
        folder = self._library.arrangements_folder
        if folder is not None and (folder / name).exists():
            shutil.rmtree(folder / name)
        self._list()

    def _list(self) -> None:
        """Find out in the pool's thread what there is; what cannot be read is left out."""
        folder, kept = self._library.arrangements_folder, []
        for path in folder.glob("*/*.json") if folder is not None else ():
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                values = parse_json(read_outside_file(path))
                labels = dict.fromkeys(one["label"] for one in values["layers"] if one["label"])
                changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                kept.append(
                    KeptArrangement(path.parent.name, values["name"], tuple(labels), changed_at)
                )
        self.listed.emit(sorted(kept, key=lambda one: one.changed_at, reverse=True))

    def _open(self, folder: Path, name: str) -> None:
        """Read in the pool's thread."""
        from core.arrangement.arrangement_folder import read_arrangement

        arrangement, sources = read_arrangement(folder)
        self._read.emit(arrangement, sources, name)

    @Slot(object, object, str)
    def _on_read(
        self, arrangement: Arrangement, sources: dict[str, SoundSource], name: str
    ) -> None:
        self._use(arrangement, sources, name)
        if self._library.arrangements_folder is not None:
            self._kept = None  # one from elsewhere is written into the library
            self.keep()
        self.opened.emit()

    def _use(self, arrangement: Arrangement, sources: dict[str, SoundSource], name: str) -> None:
        self._kept = arrangement
        self._arranger.open(arrangement, sources, name)

    @Slot()
    def _on_library_opened(self) -> None:
        """Bring back the arrangement of the last start; one that is at work is written."""
        if self._is_closed:  # the library of a studio that ended at once is opened to be closed
            return
        self._pool.start(lambda: self._try(self._list))
        folder, name = self._library.arrangements_folder, self._memory.text(_CURRENT)
        if self._model.settled.tracks:
            self._kept = None
            self.keep()
        elif folder is not None and name and any((folder / name).glob("*.json")):
            self.open_kept(name)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (TesseraError, OSError) as error:
            _log.info("an arrangement could not be kept or opened", exc_info=True)
            self.failed.emit(error)
        except Exception as error:  # the edge of the thread
            _log.exception("an arrangement could not be kept or opened")
            self.failed.emit(error)
