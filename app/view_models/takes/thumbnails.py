"""Thumbnails of takes: requested when they are first drawn, and kept in a bounded cache."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

_MAX_IMAGES = 600  # grey, about 16 KB each


class Thumbnails(QObject):
    """A cache of thumbnails by the names of takes.

    Signals:
        wanted: The thumbnail of a take, named, has to be read.
        arrived: The thumbnail of a take, named, can be drawn.
    """

    wanted = Signal(str)
    arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: dict[str, QImage | None] = {}

    def image(self, take_id: str) -> QImage | None:
        """Return the grey thumbnail of a take; None while it is being read."""
        if take_id not in self._images:
            self._images[take_id] = None
            self._make_room()
            self.wanted.emit(take_id)
        return self._images[take_id]

    def put(self, take_id: str, image: QImage) -> None:
        """Take a thumbnail; a null image if there is none."""
        self._images[take_id] = image
        self.arrived.emit(take_id)

    def forget(self, take_id: str) -> None:
        """Drop a thumbnail, so that it is read again when it is next drawn."""
        self._images.pop(take_id, None)

    def _make_room(self) -> None:
        """Drop the thumbnail that was requested first."""
        if len(self._images) > _MAX_IMAGES:
            del self._images[next(iter(self._images))]
