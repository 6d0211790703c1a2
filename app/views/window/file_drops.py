"""Files that are dropped anywhere on the window, its text fields included."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QMainWindow, QPlainTextEdit, QWidget

from app.view_models.incoming_files import IncomingFiles, incoming_files
from app.views.widgets.theme import faded

_GROUND_ALPHA = 240
_MARGIN_PX, _RADIUS_PX = 12, 12
_LINE_PX = 2
_ENDS = (QEvent.Type.DragLeave, QEvent.Type.Drop)


class FileDrops(QObject):
    """Catches files over a window, and over its text fields, which would insert their paths.

    Signals:
        offered: The file to open.
        refused: Why something is not opened.
    """

    offered = Signal(Path)
    refused = Signal(str)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hint = DropHint(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def watch(self, fields: Iterable[QWidget]) -> None:
        """Let files that are dropped on these text fields go to the window."""
        for field in fields:
            target = field.viewport() if isinstance(field, QPlainTextEdit) else field
            target.installEventFilter(self)

    def take(self, data: QMimeData | None) -> bool:
        """Offer the first sound of what was dropped or pasted; return False for no files at all."""
        files = incoming_files(data)
        if files is not None:
            self._offer(files)
        return files is not None

    def _offer(self, files: IncomingFiles) -> None:
        if files.path is None:
            self.refused.emit(
                self.tr("Tessera opens files of this computer only; download the sound first.")
            )
            return
        if files.count > 1:
            sentence = self.tr("Of {count} files this one is opened: {name}")
            self.refused.emit(sentence.format(count=files.count, name=files.path.name))
        self.offered.emit(files.path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle drags of files; a text is the field's own matter.

        The kind of event is asked for first: others come while all of this is being destroyed.
        """
        if event.type() in _ENDS and watched is self._window:
            self._hint.hide()  # also where a program that has ended gives nothing
        if not isinstance(event, QDropEvent):
            return False
        files = incoming_files(event.mimeData())
        if files is None:
            return False
        if watched is self._window:
            self._handle(event, files)
        else:
            event.ignore()  # Qt then asks the widgets around the field, and so the window
        return True

    def _handle(self, event: QDropEvent, files: IncomingFiles) -> None:
        """Take what comes from other programs; the window's own sound has no use in it."""
        if event.source() is not None:
            event.ignore()
            return
        event.acceptProposedAction()
        if isinstance(event, QDragEnterEvent):
            self._hint.say(self._welcome(files))
        elif event.type() is QEvent.Type.Drop:
            self._offer(files)

    def _welcome(self, files: IncomingFiles) -> str:
        """What a drop will do."""
        if files.path is None:
            return self.tr("Addresses cannot be opened, only files of this computer")
        return self.tr("Drop to open {name}").format(name=files.path.name)


class DropHint(QWidget):
    """A frame and a sentence over the whole window, while something is held over it."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._sentence = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence

    def say(self, sentence: str) -> None:
        """Cover the window."""
        self._sentence = sentence
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, and the sentence in its middle."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(
            self.rect(), faded(palette.color(QPalette.ColorRole.Window), _GROUND_ALPHA)
        )
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(accent, _LINE_PX, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.drawRoundedRect(frame, _RADIUS_PX, _RADIUS_PX)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
        painter.drawText(
            frame.adjusted(*[_MARGIN_PX] * 2, *[-_MARGIN_PX] * 2), flags, self._sentence
        )
