"""The guide: whole in both languages, true to the window, and opened where its key is pressed."""

import re
from itertools import product

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest

from app.paths import GUIDE
from app.studio.guide import Guide
from app.view_models.language import Language, remember_language
from app.views.commands.commands import commands_of
from app.views.dialogs.guide_window import guide_text
from app.views.texts.guide_page import GuidePage, guide_page_of
from tests.app.studio.test_translation import translatable_texts, translations

LANGUAGES = (Language.ENGLISH, Language.CHINESE)
PAGES = [*product(LANGUAGES, GuidePage)]
WIDEST_PX = 700


def source(language: Language, page: GuidePage) -> str:
    return (GUIDE / language / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_folder_holds_a_text_and_a_picture_for_each_page(language):
    names = {f"{page}.{ending}" for page in GuidePage for ending in ("md", "png")}
    assert {path.name for path in (GUIDE / language).iterdir()} == names


@pytest.mark.parametrize(("language", "page"), PAGES)
def test_a_page_shows_its_picture_and_links_to_pages(language, page):
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", source(language, page))
    assert pictures == [f"{page}.png"]
    assert 0 < QImage(str(GUIDE / language / pictures[0])).width() <= WIDEST_PX
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", source(language, page))
    assert {link.removesuffix(".md") for link in links} <= set(GuidePage)


@pytest.mark.parametrize("page", GuidePage)
def test_both_languages_mention_the_same_commands(page):
    english, chinese = (re.findall(r"\{[^}]+\}", source(one, page)) for one in LANGUAGES)
    assert sorted(english) == sorted(chinese)


def test_words_in_bold_are_on_the_screen():
    on_screen = {
        Language.ENGLISH: {text for _, text, _ in translatable_texts()},
        Language.CHINESE: set(translations().values()),
    }
    for language, page in PAGES:
        bold = set(re.findall(r"\*\*([^*]+)\*\*", source(language, page)))
        assert bold <= on_screen[language], page


def test_commands_have_their_names_and_keys_of_today(studio):
    studio.window.actions_.generate.setShortcut("Ctrl+F12")
    commands = {one.command_id: one for one in commands_of(studio.window.menuBar())}
    texts = {page: guide_text(GUIDE / "en", page, commands) for page in GuidePage}
    assert not [page for page, text in texts.items() if "{" in text]
    assert "**Sound › Generate** (Ctrl+F12)" in texts[GuidePage.SOUND]


def test_the_key_opens_the_page_about_what_has_the_focus(qtbot, studio):
    window = studio.window
    for widget, page in (
        (window.prompt_panel.fields, GuidePage.SOUND),
        (window.prompt_panel.engine, GuidePage.DEVICE),
        (window.viewer_panel.view, GuidePage.EDIT),
        (window.viewer_panel.waveform_view, GuidePage.LOOK),
        (window.viewer_panel.header, GuidePage.LOOK),
        (window.viewer_panel.prompt_lane, GuidePage.PROMPTS),
        (window.viewer_panel.transport_bar, GuidePage.LISTEN),
        (window.side_bar.history_page.search, GuidePage.TAKES),
        (window.status_line, GuidePage.TROUBLE),
    ):
        assert guide_page_of(widget) is page
    window.activateWindow()
    window.viewer_panel.prompt_lane.setFocus()
    qtbot.waitUntil(window.viewer_panel.prompt_lane.hasFocus)
    studio.commands.actions.guide.trigger()
    guide = studio.commands.guide.shown
    assert guide.page is GuidePage.PROMPTS
    assert "Prompts along time" in guide.browser.toPlainText()


def test_a_link_leads_to_its_page(studio):
    guide = studio.commands.guide.open(GuidePage.SOUND)
    guide.browser.anchorClicked.emit(QUrl("models.md"))
    assert guide.page is GuidePage.MODELS
    assert guide.contents.currentItem().text() == "Models"


def test_a_dialog_has_the_key_too(qtbot, studio):
    key = studio.commands.actions.guide
    manager = studio.window.open_models()
    manager.activateWindow()
    qtbot.waitUntil(lambda: key in manager.actions())
    QTest.keySequence(manager, key.shortcut())
    qtbot.waitUntil(lambda: studio.commands.guide.shown is not None)
    guide = studio.commands.guide.shown
    assert guide.page is GuidePage.MODELS
    assert guide.parentWidget() is manager
    manager.reject()
    qtbot.waitUntil(lambda: studio.commands.guide.shown is None)


def test_the_guide_speaks_the_language_of_the_window(studio, memory):
    remember_language(memory, Language.CHINESE)
    guide = Guide(studio.window, memory, QAction(studio.window)).open(GuidePage.EXPORT)
    assert guide.contents.currentItem().text() == "导出"
