"""The guide: its pages on the left, the one that is read on the right."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QWidget

from app.views.commands.commands import Command
from app.views.texts.guide_page import GuidePage
from app.views.widgets.screen_fit import fit_to_screen

_SIZE = QSize(1080, 760)
_LIST_PX, _SPACING_PX = 240, 3
_COMMAND = re.compile(r"\{([a-z_.]+)\}")
_TITLE = re.compile(r"# (.+)")


def guide_text(folder: Path, page: GuidePage, commands: Mapping[str, Command]) -> str:
    """The Markdown of a page, in which commands have their menus, names and keys of today.

    Args:
        folder: The guide in one language.
        page: Which page.
        commands: By their ids, as the page mentions them: `{sound.generate}`.

    Raises:
        KeyError: The page mentions a command that there is not.
        OSError: The page cannot be read.
    """
    source = (folder / f"{page}.md").read_text(encoding="utf-8")
    return _COMMAND.sub(lambda found: _mention(commands[found[1]]), source)


def _mention(command: Command) -> str:
    name = f"**{command.menu} › {command.name.rstrip('…')}**"
    return f"{name} ({command.keys[0]})" if command.keys else name


class GuideWindow(QDialog):
    """Shows the guide beside the window that it is about.

    Args:
        parent: The window; other windows may be used while the guide is open.
        folder: The guide in the person's language: a Markdown file and a picture for each page.
        commands: What the pages mention.

    Attributes:
        contents: The titles of the pages.
        browser: The page that is read.
    """

    def __init__(self, parent: QWidget, folder: Path, commands: Iterable[Command]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Guide"))
        by_id = {command.command_id: command for command in commands}
        self._texts = {page: guide_text(folder, page, by_id) for page in GuidePage}
        self.contents = QListWidget()
        self.contents.setAccessibleName(self.tr("Pages of the guide"))
        self.contents.setFixedWidth(_LIST_PX)
        self.contents.setSpacing(_SPACING_PX)
        self.contents.addItems([_title(text) for text in self._texts.values()])
        self.browser = QTextBrowser(openLinks=False)
        self.browser.setSearchPaths([str(folder)])
        self.browser.setAccessibleName(self.tr("Page"))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 24)
        row.setSpacing(24)
        row.addWidget(self.contents)
        row.addWidget(self.browser, stretch=1)
        self.contents.currentRowChanged.connect(self._on_row_changed)
        self.browser.anchorClicked.connect(self._on_link_clicked)
        fit_to_screen(self, _SIZE)

    @property
    def page(self) -> GuidePage:
        """The page that is read."""
        return tuple(GuidePage)[self.contents.currentRow()]

    def open_page(self, page: GuidePage) -> None:
        """Show a page, and bring the guide to the front."""
        self.contents.setCurrentRow(tuple(GuidePage).index(page))
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def _on_row_changed(self) -> None:
        self.browser.setMarkdown(self._texts[self.page])

    @Slot(QUrl)
    def _on_link_clicked(self, link: QUrl) -> None:
        """Show the page that a link names by its file."""
        self.open_page(GuidePage(Path(link.path()).stem))


def _title(text: str) -> str:
    found = _TITLE.match(text)
    if found is None:
        raise ValueError("a page of the guide has to begin with its title")
    return found[1]
