"""The Chinese translation: whole, true to its placeholders, and readable without boxes.

`python3 packaging/translations.py` tells what a new text still needs.
"""

import ast
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction, QRawFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget

from app.paths import FONTS, TRANSLATIONS
from app.studio.translation import install_translation
from app.view_models.language import Language
from app.views.widgets.theme import DARK
from app.views.window.main_window import MainWindow

APP = Path(__file__).resolve().parents[3] / "app"
TS_FILE = TRANSLATIONS / "tessera_zh_CN.ts"
Key = tuple[str, str, str]  # context, text, disambiguation


@pytest.fixture
def chinese(qapp) -> Iterator[None]:
    translators = install_translation(qapp, Language.CHINESE)
    yield
    for translator in translators:
        qapp.removeTranslator(translator)


def translatable_texts() -> Iterator[Key]:
    """Every text that a class of the application gives to tr, by the class's name."""
    for file in sorted(APP.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            for call in _calls(owner, "tr"):
                yield owner.name, *_texts(call.args)
        for call in _calls(tree, "translate"):
            yield call.args[0].value, *_texts(call.args[1:])


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        called = getattr(node, "func", None)
        if getattr(called, "attr", getattr(called, "id", None)) == name:
            yield node


def _texts(arguments: list[ast.expr]) -> tuple[str, str]:
    values = [argument.value for argument in arguments]  # only literals: tools have to find them
    assert all(isinstance(value, str) for value in values)
    return values[0], values[1] if len(values) > 1 else ""


def translations() -> dict[Key, str]:
    """The finished translations of the .ts file."""
    found = {}
    for context in ET.parse(TS_FILE).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation.get("type") is None and translation.text:
                key = (context.findtext("name"), message.findtext("source"))
                found[(*key, message.findtext("comment") or "")] = translation.text
    return found


def test_every_text_of_the_application_is_translated():
    assert set(translatable_texts()) - translations().keys() == set()


def test_nothing_is_translated_that_is_not_in_the_sources():
    assert translations().keys() - set(translatable_texts()) == set()


def test_a_translation_fills_in_the_same_fields():
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    for (_, text, _), translation in translations().items():
        assert fields(translation) <= fields(text), text
        assert fields(text) <= fields(translation), translation


def test_menus_keep_a_letter_to_press():
    for (context, text, _), translation in translations().items():
        if context == "Actions":
            assert ("&" in text) == ("&" in translation), translation


def test_what_the_studio_reads_is_what_the_translator_wrote():
    translator = QTranslator()
    assert translator.load(str(TS_FILE.with_suffix(".qm")))
    for (context, text, comment), translation in translations().items():
        assert translator.translate(context, text, comment) == translation


def test_our_fonts_have_every_character_of_the_translation(qapp):
    assert missing_glyphs("".join(translations().values())) == set()


def test_both_weights_of_the_chinese_font_have_equal_characters(qapp):
    regular, bold = (
        QRawFont(str(FONTS / f"TesseraHan-{weight}.otf"), 13) for weight in ("Regular", "Bold")
    )
    for code in range(0x4E00, 0x9FFF):
        assert regular.supportsCharacter(code) == bold.supportsCharacter(code)


@pytest.mark.usefixtures("chinese")
def test_the_window_speaks_chinese_without_boxes(session, memory, dialogs):
    window = MainWindow(session.document, memory, dialogs, DARK)
    texts = set(_visible_texts(window))
    window.deleteLater()
    assert "提示词" in texts
    assert missing_glyphs("".join(texts)) == set()


def missing_glyphs(text: str) -> set[str]:
    """What our fonts of normal weight would show as boxes."""
    fonts = [QRawFont(str(path), 13) for path in FONTS.glob("*-Regular.otf")]
    return {
        character
        for character in set(text) - set("\n\t")
        if not any(font.supportsCharacter(ord(character)) for font in fonts)
    }


def _visible_texts(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        yield from (widget.toolTip(), widget.accessibleName())
        if isinstance(widget, QAbstractButton | QLabel):
            yield widget.text()
    yield from (action.text() for action in window.findChildren(QAction))


def test_qts_own_buttons_speak_chinese(chinese, qapp):
    question = QMessageBox()
    question.setStandardButtons(QMessageBox.StandardButton.Cancel)
    assert "取消" in question.buttons()[0].text()


def test_english_needs_no_translation(qapp):
    assert install_translation(qapp, Language.ENGLISH) == []
    assert QApplication.translate("RequestTexts", "Prompt") == "Prompt"
