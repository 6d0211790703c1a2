"""The real window, driven by mouse and keyboard."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit, QPushButton

from app.view_models.takes.session_state import SessionState
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.views.side_bar.side_bar import SideBarPage
from app.views.widgets.theme import DARK, LIGHT
from app.views.window.main_window import MainWindow
from core.api.errors import DeviceLostError, ModelLoadError, NotAgreedError, NotConvertedError
from core.api.request import GenerationRequest


def prompt_of(window) -> QPlainTextEdit:
    return next(
        editor
        for editor in window.findChildren(QPlainTextEdit)
        if editor.accessibleName() == "Prompt"
    )


def type_prompt(qtbot, window, text):
    prompt = prompt_of(window)
    prompt.setFocus()
    qtbot.keyClicks(prompt, text)
    return prompt


def generate(qtbot, window, session):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)


def reach_the_middle(qtbot, window, session, engine):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(engine.in_the_middle.is_set)


def test_a_typed_prompt_becomes_a_take(qtbot, window, session, engine):
    prompt = type_prompt(qtbot, window, "church organ")
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    qtbot.keyClick(prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert engine.requests[0].prompt == "church organ"
    assert window.status_line.text.startswith("Done in")


def test_space_types_in_the_prompt_and_plays_elsewhere(qtbot, window, session, playback):
    generate(qtbot, window, session)
    session.document.transport.pause()
    prompt = type_prompt(qtbot, window, "slow rain")
    assert prompt.toPlainText() == "slow rain"
    assert not playback.is_playing
    window.viewer_panel.view.setFocus()
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_Space)
    assert playback.is_playing
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_Space)
    assert not playback.is_playing


def test_escape_cancels_a_run(qtbot, window, session, gated):
    reach_the_middle(qtbot, window, session, gated)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert window.status_line.text == "Cancelled"
    assert session.document.shown.take is None


def test_the_button_beside_generate_cancels_what_it_started(qtbot, window, session, gated):
    reach_the_middle(qtbot, window, session, gated)
    qtbot.mouseClick(window.prompt_panel.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert window.status_line.text == "Cancelled"


def test_home_and_end_move_the_play_head(qtbot, window, session, playback):
    generate(qtbot, window, session)
    window.viewer_panel.view.setFocus()
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_End)
    assert playback.position_s == 4.0
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_Home)
    assert playback.position_s == 0.0


def test_alt_and_an_arrow_move_the_play_head_by_a_second(qtbot, window, session, playback):
    generate(qtbot, window, session)
    prompt_of(window).setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window, Qt.Key.Key_Right, alt)
    qtbot.keyClick(window, Qt.Key.Key_Right, alt)
    assert playback.position_s == 2.0
    qtbot.keyClick(window, Qt.Key.Key_Left, alt)
    assert playback.position_s == 1.0


def test_g_toggles_the_tile_grid_and_types_in_the_prompt(qtbot, window):
    window.viewer_panel.view.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert not window.viewer_panel.grid_shown
    prompt = type_prompt(qtbot, window, "g")
    assert prompt.toPlainText() == "g"
    assert not window.viewer_panel.grid_shown


def test_a_prompt_of_the_invitation_is_generated_at_once(qtbot, window, session, engine):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    button = next(b for b in window.findChildren(QAbstractButton) if b.text() == "choir")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert engine.requests[0].prompt == "choir"
    assert prompt_of(window).toPlainText() == "choir"


def test_a_refused_request_is_explained_at_its_field(qtbot, window, session, engine):
    session.document.draft.set_value("prompt", "x" * 10_000)
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    assert "10,000 characters" in window.prompt_panel.fields.boxes["prompt"].error
    assert "10,000 characters" in window.status_line.text
    session.document.draft.set_value("prompt", "rain")
    assert window.prompt_panel.fields.boxes["prompt"].error == ""
    generate(qtbot, window, session)
    assert len(engine.requests) == 1


def test_the_details_of_an_engine_error_can_be_copied(qtbot, window, session, engine):
    engine.error = ModelLoadError("/models/mine", "there is no vae in this folder.")
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.document.status.error is not None)
    assert window.status_line.text == "/models/mine: there is no vae in this folder."
    copy = next(b for b in window.findChildren(QAbstractButton) if b.text() == "Copy details")
    with qtbot.waitSignal(window.copy_requested):
        qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    engine.error = None
    generate(qtbot, window, session)
    assert not copy.isVisible()


@pytest.fixture
def question(qtbot, window, session, engine, dialogs):
    """Generate where that fails for want of consent, and answer; the question that was asked."""

    def ask(error, *, agreed):
        dialogs.agreed, engine.error = agreed, error
        session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
        qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: bool(dialogs.asked))
        qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
        return dialogs.asked[0]

    return ask


@pytest.mark.parametrize("agreed", [True, False])
def test_a_download_waits_for_consent(session, engine, question, agreed):
    asked = question(NotAgreedError("owner/model", 1_200_000_000, "CC-BY-NC-SA-4.0"), agreed=agreed)
    assert "1.2 GB" in asked
    assert "CC-BY-NC-SA-4.0" in asked
    assert engine.fetched == (["bundled"] if agreed else [])
    assert (session.document.shown.take is not None) == agreed


@pytest.mark.parametrize("agreed", [True, False])
def test_a_conversion_waits_for_consent(engine, question, agreed):
    error = NotConvertedError("/models/rain.ckpt", 2_400_000_000, "/data/converted")
    asked = question(error, agreed=agreed)
    for part in ("/models/rain.ckpt", "2.4 GB", "/data/converted", "original stays"):
        assert part in asked
    assert engine.fetched == (["bundled"] if agreed else [])


@pytest.mark.parametrize("agreed", [True, False])
def test_a_lost_device_offers_the_processor(session, question, agreed):
    asked = question(DeviceLostError("cuda:1"), agreed=agreed)
    assert "cuda:1" in asked
    assert "processor" in asked
    assert session.document.engine_draft.value("device") == ("cpu" if agreed else "auto")
    assert (session.document.shown.take is not None) == agreed


def test_a_click_on_the_spectrogram_seeks(qtbot, window, session, playback):
    generate(qtbot, window, session)
    session.document.transport.pause()
    box = window.viewer_panel.view.getViewBox()
    place = window.viewer_panel.view.mapFromScene(box.sceneBoundingRect().center())
    qtbot.mouseClick(window.viewer_panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: playback.position_s > 0)
    assert playback.position_s == pytest.approx(2.0, abs=0.05)


def test_every_button_without_a_text_has_a_name(window):
    nameless = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisibleTo(window) and not (button.text().strip() or button.accessibleName())
    ]
    assert nameless == []


def test_closing_during_a_run_hides_at_once_and_stops_the_thread(qtbot, window, session, gated):
    reach_the_middle(qtbot, window, session, gated)
    with qtbot.waitSignal(session.stopped):
        window.close()
        assert not window.isVisible()
    assert session.state is SessionState.STOPPED


def test_sounds_in_memory_only_are_not_lost_without_a_question(qtbot, window, session, dialogs):
    record = TakeRecord(
        take_id="a",
        request=GenerationRequest(),
        created_at=datetime.now(UTC),
        duration_s=1.0,
        place=TakePlace.MEMORY,
    )
    session.document.history.add(record)
    dialogs.agreed = False
    window.close()
    assert window.isVisible()
    assert session.state is SessionState.IDLE
    dialogs.agreed = True
    with qtbot.waitSignal(session.stopped):
        window.close()
    assert not window.isVisible()
    assert len(dialogs.asked) == 2
    assert "could not be written to the library: 1." in dialogs.asked[0]


def test_what_was_filled_in_comes_back_at_the_next_start(qtbot, window, session, dialogs, memory):
    type_prompt(qtbot, window, "kalimba")
    session.document.transport.set_volume(0.25)
    window.viewer_panel.show_grid(False)
    with qtbot.waitSignal(session.stopped):
        window.close()
    assert '"prompt": "kalimba"' in memory.text("draft")
    assert memory.number("volume", 1.0) == 0.25
    assert not memory.flag("grid", default=True)


def test_a_window_remembers_across_starts(qtbot, window, session, memory, dialogs):
    session.document.draft.fill({"prompt": "kalimba"})
    with qtbot.waitSignal(session.stopped):
        window.close()
    again = MainWindow(session.document, memory, dialogs, LIGHT)
    qtbot.addWidget(again)
    assert prompt_of(again).toPlainText() == "kalimba"


def test_both_themes_can_be_put_on_a_living_window(qtbot, window, session):
    generate(qtbot, window, session)
    corner = {}
    for theme in (LIGHT, DARK):
        window.set_theme(theme)
        corner[theme] = window.viewer_panel.view.grab().toImage().pixelColor(2, 2).name()
    assert corner == {LIGHT: LIGHT.window, DARK: DARK.window}


def test_a_damaged_memory_opens_a_usable_window(qtbot, session, memory, dialogs):
    for entry in ("draft", "volume", "grid", "theme", "window/geometry"):
        memory.keep(entry, "\x00nonsense")
    window = MainWindow(session.document, memory, dialogs, DARK)
    qtbot.addWidget(window)
    assert session.document.transport.volume == 0.8
    assert prompt_of(window).toPlainText() == ""


def test_several_takes_of_a_prompt_are_made_one_after_the_other(qtbot, window, session, engine):
    session.document.draft.fill({"num_inference_steps": 1, "duration_s": 1.0, "takes": 3})
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(engine.requests) == 3 and session.state is SessionState.IDLE)
    assert len({request.seed for request in engine.requests}) == 3


def test_a_changed_field_offers_the_way_back(window, session):
    box = window.prompt_panel.fields.boxes["num_inference_steps"]
    button = box.findChild(QPushButton)
    assert button.isHidden()
    session.document.draft.set_value("num_inference_steps", 50)
    assert not button.isHidden()
    button.click()
    assert session.document.draft.value("num_inference_steps") == 25
    assert button.isHidden()


def test_the_window_fits_a_small_screen_with_everything_open(qtbot, window, session, playback):
    playback.silent_reason = "No sound device was found. Connect one and rescan."
    generate(qtbot, window, session)
    window.side_bar.open(SideBarPage.HISTORY)
    window.prompt_panel.engine_section.set_open(True)
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720


def test_a_warning_of_silence_goes_once_sound_can_be_heard(qtbot, window, session, playback):
    generate(qtbot, window, session)
    before = window.status_line.text
    playback.silent_reason = "No sound device was found."
    session.document.transport.poll()
    assert window.status_line.text == playback.silent_reason
    playback.silent_reason = ""
    session.document.transport.poll()
    assert window.status_line.text == before


def test_what_was_said_since_the_silence_stays(qtbot, window, session, playback):
    generate(qtbot, window, session)
    playback.silent_reason = "No sound device was found."
    session.document.transport.poll()
    window.status_line.say("Saved as a.wav")
    playback.silent_reason = ""
    session.document.transport.poll()
    assert window.status_line.text == "Saved as a.wav"
