"""The menu of arrangements that the library keeps."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from app.view_models.arrangement.arrangement_model import KeptArrangement
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.labels import button_text

_MOST_ENTRIES = 20
_MOST_LABELS = 3
_LONGEST_TITLE = 48


class KeptMenu(QMenu):
    """Offers the latest arrangements, by their names or by what is in them.

    Signals:
        chosen: An arrangement of the library, by its name there.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Kept arrangements"))
        self.setProperty("passing", True)  # its entries change: they are no commands
        self._texts = TakeTexts(self)
        self.fill([])

    @Slot(list)
    def fill(self, kept: Sequence[KeptArrangement]) -> None:
        """Offer these, the latest first."""
        self.clear()
        for one in kept[:_MOST_ENTRIES]:
            action = self.addAction(f"{self._title(one)} · {self._texts.age(one.changed_at)}")
            name = one.arrangement_id
            action.triggered.connect(lambda _=False, name=name: self.chosen.emit(name))
        self.setEnabled(bool(kept))

    def _title(self, kept: KeptArrangement) -> str:
        title = kept.name or ", ".join(kept.labels[:_MOST_LABELS]) or self.tr("Without layers")
        is_long = len(title) > _LONGEST_TITLE
        return button_text(f"{title[:_LONGEST_TITLE]}…" if is_long else title)
