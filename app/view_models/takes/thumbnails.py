"""Small pictures of takes: asked for when they are first seen, and kept while there is room."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

_MAX_KEPT = 600  # grey, about 16 KB each


class Thumbnails(QObject):
    """Pictures by the names of takes.

    Signals:
        wanted: The picture of a take, named, is seen and not here.
        arrived: The picture of a take, named, can be drawn.
    """

    wanted = Signal(str)
    arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: dict[str, QImage | None] = {}

    def image(self, take_id: str) -> QImage | None:
        """Grey levels of a take; None while it is on its way."""
        if take_id not in self._images:
            self._images[take_id] = None
            self._make_room()
            self.wanted.emit(take_id)
        return self._images[take_id]

    def put(self, take_id: str, image: QImage) -> None:
        """Take a picture; a null image where there is none."""
        self._images[take_id] = image
        self.arrived.emit(take_id)

    def forget(self, take_id: str) -> None:
        """Ask anew the next time it is seen."""
        self._images.pop(take_id, None)

    def _make_room(self) -> None:
        """Let go of the picture that was asked for longest ago."""
        if len(self._images) > _MAX_KEPT:
            del self._images[next(iter(self._images))]
