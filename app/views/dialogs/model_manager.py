"""The dialog of all models: the bundled one, the person's folders, and those of the hub."""

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.request_draft import RequestDraft
from app.views.dialogs.model_details import ModelDetails
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.model_texts import ModelTexts
from app.views.widgets.labels import ElidedLabel, PlainLabel
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.screen_fit import fit_to_screen
from core.api.model_card import ListedModel, Place

_SIZE = QSize(920, 620)
_LIST_PX = 304
_ROW_PX = 54


class ModelManager(QDialog):
    """Shows a ModelListModel, and passes on what the person chooses.

    Args:
        parent: Owner.
        model_list: The models.
        draft: Which one is in use.
        dialogs: Asks the person.
    """

    def __init__(
        self,
        parent: QWidget,
        model_list: ModelListModel,
        draft: RequestDraft,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.MODELS)
        self.setWindowTitle(self.tr("Models"))
        self._model_list, self._draft, self._dialogs = model_list, draft, dialogs
        self._texts = ModelTexts(self)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Models"))
        self._list.setFixedWidth(_LIST_PX)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.details = ModelDetails(model_list)
        self._use = PlainLabel()
        self._use.setProperty("role", "caption")
        self._selected = draft.value("model")
        self._assemble()
        self._connect()
        self.refresh()

    def _assemble(self) -> None:
        add = QPushButton(self.tr("Add a folder…"))
        add.setToolTip(self.tr("A folder with an AudioLDM model in diffusers' format."))
        add.clicked.connect(self._on_add_folder)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        for button in (add, close):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(add)
        foot.addWidget(self._use, stretch=1)
        foot.addWidget(close)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addWidget(self._list)
        middle.addWidget(self.details, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addLayout(middle, stretch=1)
        column.addLayout(foot)
        fit_to_screen(self, _SIZE)

    def _connect(self) -> None:
        self._list.currentItemChanged.connect(self._on_current_changed)
        self._list.itemActivated.connect(self._on_use)
        self.details.use_requested.connect(self._on_use)
        self.details.download_requested.connect(self._on_download)
        self.details.cancel_requested.connect(self._model_list.cancel_download)
        self.details.remove_requested.connect(self._on_remove)
        self.details.forget_requested.connect(
            lambda: self._model_list.forget_folder(self._selected)
        )
        self.details.link_clicked.connect(self._on_link_clicked)
        self._model_list.changed.connect(self.refresh)
        self._draft.changed.connect(self._on_draft_changed)

    @property
    def names(self) -> list[str]:
        """The models on show, as requests name them."""
        items = map(self._list.item, range(self._list.count()))
        return [item.data(Qt.ItemDataRole.UserRole) for item in items]

    @Slot()
    def refresh(self) -> None:
        """Show the current state."""
        captions = {model.source: self._caption(model) for model in self._model_list.models}
        if captions != self._list.property("captions"):
            self._list.setProperty("captions", captions)
            self._fill()
        model = self._model_list.find(self._selected)
        self.details.setVisible(model is not None)
        if model is not None:
            self.details.show_model(model, is_chosen=self._is_chosen(model))
        used = self._texts.size(self._model_list.disk_bytes)
        taken = self.tr("Downloads take {size}.").format(size=used)
        self._use.setText(taken if self._model_list.disk_bytes else "")

    def select(self, source: str) -> None:
        """Show one model at the right."""
        if source in self.names:
            self._list.setCurrentRow(self.names.index(source))

    def _fill(self) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for model in self._model_list.models:
            item = QListWidgetItem(self._list)
            item.setData(Qt.ItemDataRole.UserRole, model.source)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, model.name)
            item.setSizeHint(QSize(0, _ROW_PX))
            self._list.setItemWidget(item, ModelRow(model.name, self._caption(model)))
        if self._selected not in self.names and self.names:
            self._selected = self.names[0]
        self.select(self._selected)
        self._list.blockSignals(False)

    def _caption(self, model: ListedModel) -> str:
        if self._model_list.downloading == model.source:
            is_pickled = model.place is Place.UNCONVERTED
            return self.tr("Converting…") if is_pickled else self.tr("Downloading…")
        if self._is_chosen(model):
            return self.tr("In use · {place}").format(place=self._texts.place(model))
        if model.source in self._model_list.recent:
            return self.tr("Used recently · {place}").format(place=self._texts.place(model))
        return self._texts.place(model)

    def _is_chosen(self, model: ListedModel) -> bool:
        return bool(self._draft.value("model") == model.source)

    @Slot()
    def _on_current_changed(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._selected = item.data(Qt.ItemDataRole.UserRole)
            self.refresh()

    @Slot()
    def _on_use(self) -> None:
        model = self._model_list.find(self._selected)
        if model is not None and model.is_usable:
            self._model_list.choose(model.source)

    @Slot()
    def _on_add_folder(self) -> None:
        title = self.tr("A folder with an AudioLDM model in diffusers' format")
        folder = self._dialogs.ask_folder(self, title, "")
        if folder:
            self._selected = folder
            self._model_list.add_folder(folder)

    @Slot()
    def _on_download(self) -> None:
        model = self._model_list.find(self._selected)
        if model is None:
            return
        texts, size_bytes = self._texts, model.download_bytes
        if model.place is Place.UNCONVERTED:
            title = texts.conversion_title()
            question = texts.conversion_question(model.source, size_bytes, model.folder)
        else:
            title = self.tr("Download a model")
            question = texts.download_question(model.source, size_bytes, model.licence)
        if self._dialogs.agree(self, title, question):
            self._model_list.download(model.source)

    @Slot()
    def _on_remove(self) -> None:
        model = self._model_list.find(self._selected)
        if model is None:
            return
        question = self.tr("Delete the files of {model}? This frees {size}.").format(
            model=model.name, size=self._texts.size(model.disk_bytes)
        )
        if self._dialogs.agree(self, self.tr("Remove a model"), question):
            self._model_list.remove(model.source)

    @Slot(str)
    def _on_link_clicked(self, address: str) -> None:
        question = self.tr("Open this page in the browser?") + f"\n\n{address}"
        if self._dialogs.agree(self, self.tr("Open a link"), question):
            QDesktopServices.openUrl(QUrl(address))

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field == "model":
            self.refresh()


class ModelRow(QWidget):
    """The row of a model: two lines of text.

    Args:
        name: The upper one.
        caption: The lower one.
    """

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        upper, lower = ElidedLabel(), ElidedLabel()
        upper.show_text(name)
        lower.show_text(caption)
        lower.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(upper)
        column.addWidget(lower)
