"""Palette, cheat sheet and shortcut editor over the real window."""

import re
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from app.views.commands.cheat_sheet import CheatSheet
from app.views.commands.command_palette import CommandPalette
from app.views.commands.commands import by_menu
from app.views.commands.former_ids import FORMER_IDS
from app.views.commands.shortcut_editor import ShortcutEditor
from app.views.dialogs.tour import Tour
from app.views.menus.recent_menu import RecentMenu


def palette_of(studio) -> CommandPalette:
    studio.commands.actions.palette.trigger()
    return studio.window.findChild(CommandPalette)


def test_the_palette_does_what_a_few_letters_say(qtbot, studio):
    assert studio.window.viewer_panel.grid_shown
    palette = palette_of(studio)
    qtbot.keyClicks(palette.field, "tgrid")
    assert palette.names[0] == "Tile grid"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not studio.window.viewer_panel.grid_shown)


def test_arrow_keys_choose_among_several(qtbot, studio):
    done = []
    studio.window.actions_.zoom_in.triggered.connect(lambda: done.append("in"))
    studio.window.actions_.zoom_out.triggered.connect(lambda: done.append("out"))
    palette = palette_of(studio)
    qtbot.keyClicks(palette.field, "zoom")
    assert palette.names[:2] == ["Zoom in", "Zoom out"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["out"]


def test_what_cannot_be_done_now_is_shown_last_and_not_chosen(qtbot, studio):
    palette = palette_of(studio)
    qtbot.keyClicks(palette.field, "export")
    assert "Export…" in palette.names
    assert palette.list.currentIndex().data() != "Export…"
    qtbot.keyClicks(palette.field, "zzzz")
    assert palette.names == []
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: studio.window.findChild(CommandPalette) is None)


def test_everything_in_the_menus_is_in_the_palette(studio):
    named = {(entry.place, entry.name) for entry in studio.commands.palette_entries()}
    for command in studio.commands.shortcuts.commands:
        is_palette = command.action is studio.commands.actions.palette
        assert ((command.menu, command.name) in named) != is_palette


def test_the_cheat_sheet_names_every_key(qtbot, studio):
    studio.commands.actions.cheat_sheet.trigger()
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, CheatSheet)
    for command in studio.commands.shortcuts.commands:
        if command.keys:
            assert f"{command.name}: {', '.join(command.keys)}" in sheet.text
    sheet.edit_requested.emit()
    assert isinstance(QApplication.activeModalWidget(), ShortcutEditor)
    QApplication.activeModalWidget().reject()


def test_keys_pressed_in_the_editor_apply_at_once(qtbot, studio):
    studio.commands.actions.edit_keys.trigger()
    editor = QApplication.activeModalWidget()
    by_name = {command.name: command for command in editor.rows}
    row = editor.rows[by_name["Whole sound"]]
    qtbot.keyClick(row.field, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: "taken from: Tile grid" in editor.message.text())
    assert by_name["Whole sound"].keys == ["G"]
    assert editor.rows[by_name["Tile grid"]].field.keySequence() == QKeySequence()
    assert row.reset.isVisibleTo(editor)
    row.reset.click()
    assert by_name["Whole sound"].keys == ["Ctrl+0"]
    editor.reject()


def test_the_editor_can_be_searched(qtbot, studio):
    studio.commands.actions.edit_keys.trigger()
    editor = QApplication.activeModalWidget()
    qtbot.keyClicks(editor.findChild(type(editor._search)), "zoomin")
    shown = [one.name for one, row in editor.rows.items() if row.field.isVisibleTo(editor)]
    assert "Zoom in" in shown
    assert "Quit" not in shown
    editor.reject()


def test_what_the_editor_finds_is_in_sight_wherever_it_was_scrolled_to(qtbot, studio):
    studio.commands.actions.edit_keys.trigger()
    editor = QApplication.activeModalWidget()
    page = editor.findChild(QScrollArea)
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    qtbot.keyClicks(editor._search, "zoomin")
    rows = [row for row in editor.rows.values() if row.isVisibleTo(editor)]

    def is_in_sight():
        return all(not row.field.visibleRegion().isEmpty() for row in rows[:3])

    def is_without_gaps():
        pairs = [(a, b) for a, b in pairwise(rows) if a.parent() is b.parent()]
        return all(b.y() - a.geometry().bottom() < 12 for a, b in pairs)

    qtbot.waitUntil(lambda: is_in_sight() and is_without_gaps())
    editor._search.setText("zoomqqq")
    sentence = next(one for one in editor.findChildren(QLabel) if one.text().startswith("Nothing"))
    qtbot.waitUntil(lambda: not sentence.visibleRegion().isEmpty())
    editor._search.clear()
    assert not sentence.isVisible()
    editor.reject()


def test_each_menu_is_named_once_among_the_keys(qtbot, studio):
    menus = list(by_menu(studio.commands.shortcuts.commands))
    assert {"Edit", "Edit › How much Continue adds"} <= set(menus)
    for trigger in (studio.commands.actions.edit_keys, studio.commands.actions.cheat_sheet):
        trigger.trigger()
        dialog = QApplication.activeModalWidget()
        titles = [
            one.text() for one in dialog.findChildren(QLabel) if one.property("role") == "title"
        ]
        assert [one for one in titles if titles.count(one) > 1] == []
        dialog.reject()


def test_a_change_of_the_panel_can_be_undone_by_key(qtbot, studio):
    draft = studio.session.document.draft
    assert not studio.commands.actions.undo.isEnabled()
    draft.set_value("num_inference_steps", 60)
    qtbot.waitUntil(studio.commands.actions.undo.isEnabled)
    studio.window.viewer_panel.setFocus()
    qtbot.keyClick(studio.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert draft.value("num_inference_steps") == 25
    studio.commands.actions.redo.trigger()
    assert draft.value("num_inference_steps") == 60


def test_sounds_that_were_opened_are_offered_again(qtbot, studio):
    draft = studio.session.document.draft
    for path in ("/sounds/a & b.wav", "/sounds/c.wav"):
        draft.set_value("init_audio", path)
    menu = studio.window.findChild(RecentMenu)
    assert [action.text() for action in menu.actions()][:2] == ["&1  c.wav", "&2  a && b.wav"]
    with qtbot.waitSignal(studio.window.file_offered) as offer:
        menu.actions()[1].trigger()
    assert offer.args == [Path("/sounds/a & b.wav")]
    menu.actions()[-1].trigger()
    assert not menu.isEnabled()


def test_the_tour_is_shown_once(qtbot, studio, memory):
    studio.commands.welcome()
    tour = studio.window.findChild(Tour)
    with qtbot.waitSignal(tour.ended):
        tour.skip_button.click()
    qtbot.waitUntil(lambda: studio.window.findChild(Tour) is None)
    studio.commands.welcome()
    assert studio.window.findChild(Tour) is None
    studio.commands.actions.tour.trigger()
    assert studio.window.findChild(Tour).isVisible()


def test_the_palette_writes_a_prompt_of_late_again(qtbot, studio):
    studio.session.document.draft.fill({"prompt": "glass harp", "num_inference_steps": 2})
    studio.library.open()
    with qtbot.waitSignal(studio.library.library_worker.added):
        studio.session.generate()
    studio.session.document.draft.set_value("prompt", "")
    palette = palette_of(studio)
    qtbot.keyClicks(palette.field, "glharp")
    assert palette.names[0] == "glass harp"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.session.document.draft.value("prompt") == "glass harp")


def test_no_two_commands_of_the_window_share_a_key(studio):
    everywhere = [
        key
        for command in studio.commands.shortcuts.commands
        if command.action.shortcutContext() is Qt.ShortcutContext.WindowShortcut
        for key in command.keys
    ]
    assert [key for key in set(everywhere) if everywhere.count(key) > 1] == []


def test_every_command_has_an_id_of_its_own(studio):
    ids = [command.command_id for command in studio.commands.shortcuts.commands]
    assert len(ids) > 70
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", one)] == []
    assert [one for one in set(ids) if ids.count(one) > 1] == []


def test_every_former_name_leads_to_a_command(studio):
    ids = {command.command_id for command in studio.commands.shortcuts.commands}
    assert set(FORMER_IDS.values()) <= ids
    assert len(set(FORMER_IDS.values())) == len(FORMER_IDS)


def test_a_file_that_is_opened_is_treated_as_a_dropped_one(qtbot, studio, dialogs):
    dialogs.file = "/sounds/organ.wav"
    with qtbot.waitSignal(studio.window.file_offered) as offered:
        qtbot.keyClick(studio.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert offered.args == [Path("/sounds/organ.wav")]
    dialogs.file = None
    with qtbot.assertNotEmitted(studio.window.file_offered):
        studio.commands.actions.open.trigger()


def test_no_key_belongs_to_the_desktop(studio):
    """Ctrl+Alt changes workspaces and locks screens, and is AltGr on Windows; Meta is its key."""
    for command in studio.commands.shortcuts.commands:
        for key in command.action.shortcuts():
            modifiers = key[0].keyboardModifiers()
            ctrl_alt = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            assert modifiers & ctrl_alt != ctrl_alt, command.name
            assert not modifiers & Qt.KeyboardModifier.MetaModifier, command.name


def test_no_two_commands_share_a_key(studio):
    shortcuts = studio.commands.shortcuts
    for command in shortcuts.commands:
        for key in command.action.shortcuts():
            assert shortcuts.owner_of(key, besides=command) is None, key.toString()
