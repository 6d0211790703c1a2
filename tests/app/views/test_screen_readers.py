"""What screen readers get: announcements, sentences in the tree, plain descriptions, and roles."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from app.view_models.drafts.export_draft import ExportDraft
from app.view_models.viewer.selection import Selection
from app.views.dialogs.export_dialog import ExportDialog
from app.views.side_bar.side_bar import SideBarPage
from app.views.widgets.accessibility import DisclosureButton, install_roles
from core.api.errors import ModelLoadError

POLITE = QAccessible.AnnouncementPoliteness.Polite
ASSERTIVE = QAccessible.AnnouncementPoliteness.Assertive
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module", autouse=True)
def roles(qapp):
    install_roles()


@pytest.fixture
def heard(monkeypatch):
    """What is announced, and how."""
    heard = []

    def hear(event):
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return heard


def generate(qtbot, window, session):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    qtbot.mouseClick(window.prompt_panel.button, LEFT)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)


def spoken(widget: QWidget, kind: QAccessible.Text = QAccessible.Text.Name) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(kind)


def test_the_end_of_a_run_is_announced_once(qtbot, window, session, heard):
    generate(qtbot, window, session)
    qtbot.wait(100)
    done = [(sentence, how) for sentence, how in heard if sentence.startswith("Done in")]
    assert [how for _, how in done] == [POLITE]
    assert not any("step" in sentence for sentence, _ in heard)


def test_an_error_interrupts(qtbot, window, engine, heard):
    engine.error = ModelLoadError("/models/mine", "there is no vae in this folder.")
    qtbot.mouseClick(window.prompt_panel.button, LEFT)
    sentence = "/models/mine: there is no vae in this folder."
    qtbot.waitUntil(lambda: (sentence, ASSERTIVE) in heard)
    assert len([one for one in heard if one[0] == sentence]) == 1


def test_what_the_window_says_is_announced(window, heard):
    window.status_line.say("Saved as /sounds/rain.wav")
    assert heard == [("Saved as /sounds/rain.wav", POLITE)]


def test_a_silent_device_is_announced(window, session, playback, heard):
    playback.silent_reason = "No sound device was found."
    session.document.transport.changed.emit()
    session.document.transport.changed.emit()
    assert heard == [("No sound device was found.", ASSERTIVE)]
    assert window.status_line.text == "No sound device was found."


def test_each_sentence_is_in_the_tree(qtbot, window, session):
    generate(qtbot, window, session)
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            assert label.text() in spoken(label), label.text()


def test_the_summary_of_an_export_is_in_the_tree(qtbot):
    draft = ExportDraft()
    draft.begin(10.0, 16_000, None)
    dialog = ExportDialog(None, draft)
    qtbot.addWidget(dialog)
    assert spoken(dialog.summary) == dialog.summary.text() != ""


def test_no_description_holds_markup(qtbot, studio):
    generate(qtbot, studio.window, studio.session)
    studio.window.side_bar.open(SideBarPage.HISTORY)
    descriptions = [
        spoken(widget, QAccessible.Text.Description)
        for widget in [studio.window, *studio.window.findChildren(QWidget)]
    ]
    assert [text for text in descriptions if "<" in text] == []
    assert any(len(text) > 60 for text in descriptions)


def test_what_is_drawn_has_a_role_and_a_description(qtbot, window, session):
    generate(qtbot, window, session)
    panel, role = window.viewer_panel, QAccessible.Role
    wanted = {
        panel.view: (role.Graphic, "0:00.0 to 0:04.0"),
        panel.overview: (role.Graphic, "0:00.0 to 0:04.0 of 0:04.0"),
        panel.prompt_lane: (role.Grouping, ""),
    }
    for widget, (kind, description) in wanted.items():
        assert QAccessible.queryAccessibleInterface(widget).role() is kind
        assert spoken(widget)
        said = spoken(widget, QAccessible.Text.Description)
        assert said
        assert description in said
    session.document.selection.select(Selection(1.0, 2.0))
    said = spoken(panel.view, QAccessible.Text.Description)
    assert "Selected: 0:01.00 to 0:02.00." in said


def test_the_disclosure_is_one(qtbot, window):
    section = window.prompt_panel.engine_section
    interface = QAccessible.queryAccessibleInterface(section.findChild(DisclosureButton))
    assert interface.role() is QAccessible.Role.Button
    assert (interface.state().expandable, interface.state().expanded) == (1, 0)
    qtbot.mouseClick(section.findChild(QToolButton), LEFT)
    assert section.is_open
    assert (interface.state().expanded, interface.state().collapsed) == (1, 0)
    interface.actionInterface().doAction("Press")
    assert not section.is_open
