"""Asks for the tags and the project of one or several takes."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from app.view_models.takes.take_labels import SEPARATOR, LabelEdit, TakeLabels, read_tags
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.labels import PlainLabel

_WIDTH_PX = 380
_JOINED = f"{SEPARATOR} "


class LabelsDialog(QDialog):
    """Fields for tags and project; what several takes do not have in common stays as it is.

    Args:
        parent: The window.
        edit: The labels that the takes have.
        tags, projects: Names that other takes have, to choose from.

    Attributes:
        tags, project: Its fields.
    """

    def __init__(
        self, parent: QWidget, edit: LabelEdit, tags: Sequence[str], projects: Sequence[str]
    ) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.TAKES)
        self.setWindowTitle(self.tr("Tags and project"))
        self._edit = edit
        self.tags = QLineEdit(_JOINED.join(edit.common_tags))
        self.tags.setPlaceholderText(self.tr("Such as drums, dark, for the intro"))
        self.tags.setCompleter(_TagCompleter(tags, self))
        self.project = QLineEdit(edit.project or "", clearButtonEnabled=True)
        self.project.setPlaceholderText(
            self.tr("Several projects, which stay as they are")
            if edit.project is None
            else self.tr("None")
        )
        self.project.setCompleter(_completer(projects, self))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setSpacing(8)
        self._add_field(self.tr("Tags, separated by commas"), self.tags)
        if len(edit.labels) > 1:
            note = self.tr("These {n} takes all get what is written here; other tags stay.")
            caption = PlainLabel(note.format(n=len(edit.labels)), word_wrap=True)
            caption.setProperty("role", "caption")
            self._column.addWidget(caption)
        self._add_field(self.tr("Project"), self.project)
        self._add_buttons()
        self.setMinimumWidth(_WIDTH_PX)

    @property
    def labels(self) -> dict[str, TakeLabels]:
        """The labels by take, as they are filled in."""
        is_left = self._edit.project is None and not self.project.isModified()
        project = None if is_left else self.project.text()
        return self._edit.changed(read_tags(self.tags.text()), project)

    def _add_field(self, name: str, field: QLineEdit) -> None:
        label = PlainLabel(name)
        label.setProperty("role", "field")
        label.setBuddy(field)
        field.setAccessibleName(name)
        field.setToolTip(self.tr("The search and the lists above the history find takes by it"))
        self._column.addWidget(label)
        self._column.addWidget(field)

    def _add_buttons(self) -> None:
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(ok | cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._column.addSpacing(8)
        self._column.addWidget(buttons)


class _TagCompleter(QCompleter):
    """Completes the last tag of a line."""

    def __init__(self, tags: Sequence[str], parent: QDialog) -> None:
        super().__init__(list(tags), parent)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def splitPath(self, path: str) -> list[str]:
        """The letters to complete."""
        return [path.rpartition(SEPARATOR)[2].strip()]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """The whole line with the completed tag at its end."""
        field = self.widget()
        assert isinstance(field, QLineEdit)
        earlier = read_tags(field.text().rpartition(SEPARATOR)[0])
        return _JOINED.join((*earlier, str(index.data())))


def _completer(names: Sequence[str], parent: QDialog) -> QCompleter:
    completer = QCompleter(list(names), parent)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return completer
