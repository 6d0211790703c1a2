"""Colours, style sheet and icons."""

import re
from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor, QImage

from app.paths import ICONS, STYLE_SHEET
from app.views.widgets.icons import icon_pixmap
from app.views.widgets.theme import DARK, LIGHT, style_sheet

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


@THEMES
def test_the_style_sheet_uses_only_colours_of_the_theme(theme):
    assert set(re.findall(r"\{(\w+)\}", STYLE_SHEET.read_text())) - {"braces"} <= set(asdict(theme))
    assert not re.search(r"\{(?!braces)\w+\}", style_sheet(theme))


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@THEMES
def test_text_has_enough_contrast_on_its_background(theme):
    for behind in (theme.window, theme.panel, theme.raised):
        assert contrast(theme.text, behind) >= 7
        assert contrast(theme.muted, behind) >= 4.5
    assert contrast(theme.danger, theme.panel) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


def pixels(name, colour):
    image = icon_pixmap(name, colour, 40).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return bytes(image.constBits())


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(qapp, path):
    assert any(pixels(path.stem, "#ffffff"))


def test_an_icon_takes_the_colour_it_is_given(qapp):
    assert pixels("play", "#ff0000") != pixels("play", "#00ff00")
