"""The details of one model, with buttons to use, download or remove it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.view_models.drafts.model_list import ModelListModel
from app.views.texts.model_texts import ModelTexts
from app.views.widgets.card_browser import CardBrowser
from app.views.widgets.labels import PlainLabel
from core.api.model_card import ListedModel, Place

_PROGRESS_STEPS = 1000
_TEXT_STRETCH = 1000


class ModelDetails(QWidget):
    """Shows a model of a ModelListModel.

    Signals:
        use_requested, download_requested, cancel_requested, remove_requested, forget_requested:
            The button of this name was clicked.
        link_clicked: A link in what its authors say was clicked.
    """

    use_requested = Signal()
    download_requested = Signal()
    cancel_requested = Signal()
    remove_requested = Signal()
    forget_requested = Signal()
    link_clicked = Signal(str)

    def __init__(self, model_list: ModelListModel) -> None:
        super().__init__()
        self._model_list = model_list
        self._texts = ModelTexts(self)
        self._name = _label("title")
        self._description = _label("")
        self._facts = _label("caption")
        self._limits = _label("caption")
        self._problem = _label("error")
        self._progress = QProgressBar(maximum=_PROGRESS_STEPS, textVisible=False)
        self._progress.setProperty("role", "download")
        self._progress.setAccessibleName(self.tr("Download"))
        self._received = _label("caption")
        self._text = CardBrowser()
        self._text.link_clicked.connect(self.link_clicked)
        self._text.setAccessibleName(self.tr("What its authors say"))
        self._make_buttons()
        self._assemble()

    def _make_buttons(self) -> None:
        self.use = QPushButton(self.tr("Use this model"))
        self.use.setProperty("role", "accent")
        self.download = QPushButton()
        self.cancel = QPushButton(self.tr("Cancel the download"))
        self.remove = QPushButton(self.tr("Remove from disk…"))
        self.forget = QPushButton(self.tr("Take off the list"))
        self.use.setToolTip(self.tr("Makes the next sounds with it."))
        self.cancel.setToolTip(self.tr("What has arrived is kept, and gone on with later."))
        self.remove.setToolTip(self.tr("Deletes its files; it can be downloaded again."))
        self.forget.setToolTip(self.tr("The files of the folder stay where they are."))
        self.use.clicked.connect(self.use_requested)
        self.download.clicked.connect(self.download_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.remove.clicked.connect(self.remove_requested)
        self.forget.clicked.connect(self.forget_requested)

    def _assemble(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.use, self.download, self.cancel, self.remove, self.forget):
            button.setAutoDefault(False)
            button.hide()  # never all at once: that would be wider than a small screen
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._name, self._description, self._facts, self._limits, self._problem):
            column.addWidget(part)
        column.addWidget(self._progress)
        column.addWidget(self._received)
        column.addSpacing(4)
        column.addLayout(buttons)
        column.addSpacing(4)
        column.addWidget(self._text, stretch=_TEXT_STRETCH)
        column.addStretch(1)  # for a model without a text

    def sizeHint(self) -> QSize:
        """Leave room for a model card."""
        return QSize(480, 480)

    def show_model(self, model: ListedModel, *, is_chosen: bool) -> None:
        """Show one model, and offer what can be done with it."""
        self._name.setText(model.name)
        self._say(self._description, model.description)
        here = model.source if model.source != model.name else ""  # that of a hub id says nothing
        folder = {Place.BUNDLED: "", Place.UNCONVERTED: here}.get(model.place, model.folder)
        facts = (self._texts.place(model), self._texts.licence(model), folder)
        self._facts.setText("\n".join(filter(None, (" · ".join(facts[:2]), facts[2]))))
        limits = self._texts.limits_at_length(model.capabilities) if model.capabilities else ""
        self._say(self._limits, limits)
        self._say(self._problem, self._problem_of(model))
        self._offer(model, is_chosen=is_chosen)
        self._show_download(model)
        self._text.show_markdown(model.text)
        self._text.setVisible(bool(model.text))

    def _problem_of(self, model: ListedModel) -> str:
        if model.problem:
            return model.problem
        return self._model_list.problem if self._model_list.problem.startswith(model.source) else ""

    def _offer(self, model: ListedModel, *, is_chosen: bool) -> None:
        downloading = self._model_list.downloading
        is_pickled = model.place is Place.UNCONVERTED
        absent = is_pickled or model.place in (Place.HUB, Place.PARTIAL)
        goes_on = model.place is Place.PARTIAL
        self.use.setVisible(not absent)
        self.use.setEnabled(model.is_usable and not is_chosen)
        self.use.setText(self.tr("In use") if is_chosen else self.tr("Use this model"))
        download = self.tr("Go on with the download…") if goes_on else self.tr("Download…")
        self.download.setText(self.tr("Convert…") if is_pickled else download)
        self.download.setToolTip(
            self.tr("What is written, and where, is shown first.")
            if is_pickled
            else self.tr("Size and licence are shown first.")
        )
        self.cancel.setText(
            self.tr("Cancel the conversion") if is_pickled else self.tr("Cancel the download")
        )
        self.download.setVisible(absent and downloading != model.source)
        self.download.setEnabled(not downloading)
        self.cancel.setVisible(downloading == model.source)
        self.remove.setVisible(
            model.place in (Place.DOWNLOADED, Place.PARTIAL, Place.CONVERTED)
            and downloading != model.source
        )
        self.forget.setVisible(
            model.source in self._model_list.folders and downloading != model.source
        )

    def _show_download(self, model: ListedModel) -> None:
        model_list = self._model_list
        is_coming = model_list.downloading == model.source
        total = model_list.total_bytes
        self._progress.setVisible(is_coming)
        self._progress.setValue(round(_PROGRESS_STEPS * model_list.received_bytes / max(1, total)))
        is_pickled = model.place is Place.UNCONVERTED
        text = self.tr("Reading the file…") if is_pickled else self.tr("Asking the hub…")
        if total:
            text = self.tr("{received} of {whole}").format(
                received=self._texts.size(model_list.received_bytes), whole=self._texts.size(total)
            )
        self._say(self._received, text if is_coming else "")

    def _say(self, label: PlainLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def _label(role: str) -> PlainLabel:
    label = PlainLabel(word_wrap=True)
    label.setProperty("role", role)
    return label
