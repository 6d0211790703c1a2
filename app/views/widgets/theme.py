"""The dark and the light theme: their colours, palette and style sheet."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.paths import ICONS, STYLE_SHEET


class ThemeChoice(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours by what they are for.

    Attributes:
        name: "dark" or "light".
        window: Behind everything.
        panel: Behind the controls.
        raised: Fields and buttons.
        hover: The same under the pointer.
        line: Borders, and grooves.
        text: What is read.
        muted: What is read second.
        faint: What is disabled or decorates.
        accent: The one thing to press, the play head, the focus.
        accent_hover: The same under the pointer.
        on_accent: Text on the accent.
        danger: What went wrong.
        canvas: The spectrogram where nothing is decoded yet.
        waiting, running, parked, done: Tiles in these states.
    """

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    danger: str
    canvas: str
    waiting: str
    running: str
    parked: str
    done: str


DARK = Theme(
    name="dark",
    window="#0e1218",
    panel="#141a23",
    raised="#1c2430",
    hover="#263142",
    line="#2b3646",
    text="#e8ecf2",
    muted="#98a4b5",
    faint="#627085",
    accent="#f2c14e",
    accent_hover="#f8d276",
    on_accent="#1b1503",
    danger="#ff8a80",
    canvas="#0a0d12",
    waiting="#75849a",
    running="#f2c14e",
    parked="#7cb8f2",
    done="#ffffff",
)

LIGHT = Theme(
    name="light",
    window="#f1eee8",
    panel="#faf8f4",
    raised="#ffffff",
    hover="#ece8e0",
    line="#d8d2c6",
    text="#1b2430",
    muted="#596474",
    faint="#949ca8",
    accent="#1f4f8f",
    accent_hover="#2b62ab",
    on_accent="#ffffff",
    danger="#b3261e",
    canvas="#e4e0d7",
    waiting="#566070",
    running="#8a5700",
    parked="#1f5fae",
    done="#ffffff",
)


def current_theme(choice: ThemeChoice) -> Theme:
    """Return the theme of a choice; the system's, if it has a preference, else the dark one."""
    if choice is ThemeChoice.SYSTEM:
        scheme = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme is Qt.ColorScheme.Light else DARK
    return LIGHT if choice is ThemeChoice.LIGHT else DARK


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Apply a theme to the whole application."""
    QDir.setSearchPaths("icons", [str(ICONS)])
    application.setStyle("Fusion")
    application.setPalette(_palette(theme))
    application.setStyleSheet(style_sheet(theme))


def style_sheet(theme: Theme) -> str:
    """The style sheet with the theme's colours filled in."""
    text = STYLE_SHEET.read_text(encoding="utf-8")
    for name, colour in asdict(theme).items():
        text = text.replace(f"{{{name}}}", colour)
    return text


def _palette(theme: Theme) -> QPalette:
    """Return colours for what style sheets do not reach: dialogs, placeholders, item views."""
    palette = QPalette()
    for role, colour in {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.raised,
        QPalette.ColorRole.AlternateBase: theme.panel,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.danger,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Mid: theme.line,
    }.items():
        palette.setColor(role, QColor(colour))
    return palette


def faded(colour: str | QColor, alpha: int) -> QColor:
    """Return the colour with an opacity from 0 (invisible) to 255."""
    result = QColor(colour)
    result.setAlpha(alpha)
    return result
