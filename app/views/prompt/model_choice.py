"""Which model makes the sound: the bundled one, a folder, or one from the hub."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QListView

from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.labels import tool_tip
from app.views.widgets.message_boxes import MessageBoxes
from core.api.request import BUNDLED_MODEL

_LONGEST_LABEL = 40


class ModelChoice(QComboBox):
    """A list of models, with entries that ask for more.

    Signals:
        chosen: The model as a request names it.
        manager_requested: The dialog of all models should open.
    """

    chosen = Signal(object)  # a str of Qt could not hold the name of every folder
    manager_requested = Signal()

    def __init__(self, dialogs: MessageBoxes) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.MODELS)
        self._dialogs = dialogs
        self._model = BUNDLED_MODEL
        self._sources = [BUNDLED_MODEL]  # of the first entries; those after them ask for more
        self.setView(QListView())  # the default view ignores the style sheet
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItem(self.tr("Bundled model"))
        self.addItem(self.tr("Choose a folder…"), self._ask_folder)
        self.addItem(self.tr("From the hub…"), self._ask_hub_id)
        self.addItem(self.tr("All models…"), self._open_manager)
        self.activated.connect(self._on_activated)

    @property
    def source(self) -> str:
        """The model shown, as a request names it."""
        return self._model

    @property
    def sources(self) -> list[str]:
        """All models offered by name."""
        return list(self._sources)

    def show_model(self, model: str) -> None:
        """Show a model, adding it to the list if it is new."""
        self._model = model
        if model not in self._sources:
            position = len(self._sources)
            self._sources.append(model)
            self.insertItem(position, _label(model))
            self.setItemData(position, tool_tip(model), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._sources.index(model))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        is_model = index < len(self._sources)
        model = self._sources[index] if is_model else self.itemData(index)()
        self.show_model(model or self._model)
        if model:
            self.chosen.emit(model)

    def _ask_folder(self) -> str | None:
        title = self.tr("A folder with an AudioLDM model in diffusers' format")
        start = self._model if self._model != BUNDLED_MODEL else ""
        return self._dialogs.ask_folder(self, title, start)

    def _ask_hub_id(self) -> str | None:
        label = self.tr("Name of the model, for example cvssp/audioldm-s-full-v2")
        return self._dialogs.ask_text(self, self.tr("A model from the hub"), label)

    def _open_manager(self) -> None:
        self.manager_requested.emit()


def _label(model: str) -> str:
    """Return a model's name, or the end of a long path: the beginning says least."""
    return model if len(model) <= _LONGEST_LABEL else f"…{model[1 - _LONGEST_LABEL :]}"
