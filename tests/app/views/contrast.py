"""Contrast of two colours, as the Web Content Accessibility Guidelines 2.2 count it."""

from PySide6.QtGui import QColor

TEXT, GRAPHICS = 4.5, 3.0  # the least that they ask for


def luminance(colour):
    """Relative luminance, 0 to 1."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """1 for the same colour, 21 for black and white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
