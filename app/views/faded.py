"""A colour that lets through what lies beneath."""

from PySide6.QtGui import QColor


def faded(colour: str | QColor, alpha: int) -> QColor:
    """The colour with an opacity from 0, invisible, to 255."""
    thinned = QColor(colour)
    thinned.setAlpha(alpha)
    return thinned
