"""The pages of the guide, and which one is about a widget."""

from enum import StrEnum

from PySide6.QtWidgets import QWidget

_PROPERTY = "guidePage"


class GuidePage(StrEnum):
    """Pages in the order of the guide; each is a file of that name in the guide's folder."""

    SOUND = "sound"
    LONGER = "longer"
    PROMPTS = "prompts"
    RECORD = "record"
    EDIT = "edit"
    LISTEN = "listen"
    LOOK = "look"
    LAYERS = "layers"
    TAKES = "takes"
    EXPORT = "export"
    MODELS = "models"
    DEVICE = "device"
    TROUBLE = "trouble"


def set_guide_page(widget: QWidget, page: GuidePage) -> None:
    """State which page is about a widget and all that is in it."""
    widget.setProperty(_PROPERTY, page)


def guide_page_of(widget: QWidget | None) -> GuidePage:
    """The page about a widget: its own, or that of the nearest widget around it."""
    while widget is not None:
        if page := widget.property(_PROPERTY):
            return GuidePage(page)
        widget = widget.parentWidget()
    return GuidePage.SOUND
