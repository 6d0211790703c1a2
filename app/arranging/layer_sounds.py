"""The sounds of an arrangement, read in a thread of their own."""

import logging
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from app.view_models.transport.peak_pyramid import PeakPyramid
from core.api.errors import TesseraError
from core.arrangement.sound_source import SoundSource
from core.runtime.file_pages import drop_mapped_pages

_SAMPLES_AT_ONCE = 1 << 18
_log = logging.getLogger(__name__)


class LayerSounds(QObject):
    """Reads sounds, and the extremes that they are drawn from.

    Signals:
        arrived: A sound, named, was read.
        failed: The name of a sound, and why it cannot be read.

    Attributes:
        sources: The sounds that were read, by name. Replaced when one more was: other threads
            keep what they have.
        overviews: Their extremes, by name.
    """

    arrived = Signal(str)
    failed = Signal(str, object)
    _read = Signal(str, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources: dict[str, SoundSource] = {}
        self.overviews: dict[str, PeakPyramid] = {}
        self._wanted: set[str] = set()
        self._is_closed = False  # the window's thread sets it, the pool's looks
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._read.connect(self._on_read)  # both cross to the window's thread, queued by Qt
        self.failed.connect(self._wanted.discard)

    def want(self, sound_id: str, read: Callable[[], SoundSource]) -> None:
        """Read a sound, unless it is being read; `arrived` follows, at once if it is there.

        Args:
            sound_id: Its name.
            read: Reads it, in the other thread; it may raise a TesseraError or an OSError.
        """
        if sound_id in self.sources:
            self.arrived.emit(sound_id)
        elif sound_id not in self._wanted:
            self._wanted.add(sound_id)
            self._pool.start(lambda: self._work(sound_id, read))

    def put(self, sources: Mapping[str, SoundSource]) -> None:
        """Take sounds that were read elsewhere, in place of all others."""
        self.sources = dict(sources)
        self.overviews = {}
        for sound_id, source in sources.items():
            self._pool.start(lambda name=sound_id, one=source: self._work(name, lambda: one))

    def close(self) -> None:
        """Read no more, and wait; for the end of the process."""
        self._is_closed = True
        self._pool.waitForDone()

    def _work(self, sound_id: str, read: Callable[[], SoundSource]) -> None:
        """Read one sound, in the pool's thread."""
        if self._is_closed:
            return
        try:
            source = read()
            overview = read_overview(source)
        except (TesseraError, OSError) as error:
            _log.info("the sound of a layer cannot be read", exc_info=True)
            self.failed.emit(sound_id, error)
        except Exception as error:  # the edge of the thread
            _log.exception("the sound of a layer could not be read")
            self.failed.emit(sound_id, error)
        else:
            self._read.emit(sound_id, source, overview)

    @Slot(str, object, object)
    def _on_read(self, sound_id: str, source: SoundSource, overview: PeakPyramid) -> None:
        self._wanted.discard(sound_id)
        self.sources = {**self.sources, sound_id: source}
        self.overviews[sound_id] = overview
        self.arrived.emit(sound_id)


def read_overview(source: SoundSource) -> PeakPyramid:
    """The extremes of a sound, read piece by piece."""
    peaks = PeakPyramid(len(source.samples))
    for start in range(0, len(source.samples), _SAMPLES_AT_ONCE):
        piece = source.samples[start : start + _SAMPLES_AT_ONCE]
        peaks.write(start, piece)
        drop_mapped_pages(piece)
    return peaks
