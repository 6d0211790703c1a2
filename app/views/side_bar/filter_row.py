"""Filters above the history: a project and a tag, each offered once a take has one."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.view_models.takes.history import HistoryModel
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.labels import set_tool_tip

_SHORTEST = 6  # letters of a name that are shown in any case


class FilterRow(QWidget):
    """Shows and changes project and tag of a history's filter.

    Attributes:
        project, tag: Its two lists.
    """

    def __init__(self, history: HistoryModel, parent: QWidget) -> None:
        super().__init__(parent)  # without a parent, showing it would open a window
        self._history = history
        self._offered: tuple[Sequence[str], ...] = ()
        self.project, self.tag = ChoiceBox(), ChoiceBox()
        self.project.setAccessibleName(self.tr("Project"))
        self.tag.setAccessibleName(self.tr("Tag"))
        set_tool_tip(
            self.project,
            self.tr("Show only the takes of a project; new takes go into it meanwhile"),
        )
        set_tool_tip(self.tag, self.tr("Show only takes with this tag"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for box in (self.project, self.tag):
            box.setMinimumContentsLength(_SHORTEST)
            row.addWidget(box, stretch=1)
        self.project.chosen.connect(self._on_project)
        self.tag.chosen.connect(self._on_tag)
        history.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        projects, tags = self._history.projects, self._history.tags
        if (projects, tags) != self._offered:
            self._offered = (projects, tags)
            self.project.offer({"": self.tr("All projects"), **{one: one for one in projects}})
            self.tag.offer({"": self.tr("All tags"), **{one: one for one in tags}})
        self.project.show_value(self._history.filter.project)
        self.tag.show_value(self._history.filter.tag)
        self.project.setVisible(bool(projects))
        self.tag.setVisible(bool(tags))
        self.setVisible(bool(projects or tags))

    @Slot(object)
    def _on_project(self, project: str) -> None:
        self._history.set_filter(replace(self._history.filter, project=project))

    @Slot(object)
    def _on_tag(self, tag: str) -> None:
        self._history.set_filter(replace(self._history.filter, tag=tag))
