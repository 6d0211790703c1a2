"""Colours, style sheet and icons."""

import re
from dataclasses import asdict

import pytest
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.paths import ICONS, STYLE_SHEET
from app.views.widgets.icons import icon_pixmap
from app.views.widgets.theme import DARK, LIGHT, apply_theme, style_sheet
from tests.app.views.contrast import TEXT, contrast

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


@THEMES
def test_the_style_sheet_uses_only_colours_of_the_theme(theme):
    assert set(re.findall(r"\{(\w+)\}", STYLE_SHEET.read_text())) - {"braces"} <= set(asdict(theme))
    assert not re.search(r"\{(?!braces)\w+\}", style_sheet(theme))


@THEMES
def test_text_has_enough_contrast_on_its_background(theme):
    for behind in (theme.window, theme.panel, theme.raised):
        assert contrast(theme.text, behind) >= 7
        assert contrast(theme.muted, behind) >= TEXT
    assert contrast(theme.danger, theme.panel) >= TEXT
    assert contrast(theme.on_accent, theme.accent) >= TEXT


@THEMES
def test_placeholders_can_be_read(qtbot, qapp, theme):
    apply_theme(qapp, theme)
    for field in (QLineEdit(), QPlainTextEdit()):
        qtbot.addWidget(field)
        field.ensurePolished()
        colour = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert colour.alpha() == 255
        assert contrast(colour, theme.raised) >= TEXT


def pixels(name, colour):
    image = icon_pixmap(name, colour, 40).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return bytes(image.constBits())


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(qapp, path):
    assert any(pixels(path.stem, "#ffffff"))


def test_an_icon_takes_the_colour_it_is_given(qapp):
    assert pixels("play", "#ff0000") != pixels("play", "#00ff00")
