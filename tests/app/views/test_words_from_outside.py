"""Words from outside are drawn as they are written, in every widget of the window."""

import ast
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QTimer
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QTextEdit,
    QWidget,
)

from app.session.model_store_worker import ModelStoreWorker
from app.view_models.takes.library_notice import LeftOutReason, LeftOutTake, LibraryNotice
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakeRecord
from app.view_models.viewer.level_pyramid import LevelPyramid
from app.view_models.viewer.opened_source import OpenedSource
from app.views.side_bar.side_bar import SideBarPage
from app.views.texts.library_texts import LibraryTexts
from app.views.widgets.card_browser import CardBrowser
from app.views.widgets.message_boxes import MessageBoxes
from core.api.errors import TesseraError
from core.api.lora import Lora
from core.api.model_card import Capabilities, ModelCard, Place
from core.api.request import GenerationRequest, PromptSegment
from core.sound_files.audio_facts import AudioFacts
from tests.app.fake_model_store import FakeShelf

APP = Path(__file__).parents[3] / "app"
HOSTILE = '<img src="/dev/zero"> & <b>bold</b> //host/share \u202egnp'
NAME = '<img src="zero"> & <b>bold \u202egnp \udcff'  # of a file, as Python gives bytes of no text


class HostileShelf(FakeShelf):
    """A model whose authors wrote markup everywhere."""

    def describe(self, source: str) -> Any:
        described = super().describe(source)
        card = ModelCard(name=HOSTILE, description=HOSTILE, licence=HOSTILE, window_frames=512)
        can = Capabilities(max_prompt_tokens=77, reads_word_order=True, audio_to_audio=True)
        return replace(
            described,
            name=HOSTILE,
            description=HOSTILE,
            licence=HOSTILE,
            folder=f"/models/{HOSTILE}" if described.place is not Place.BUNDLED else "",
            problem=HOSTILE,
            card=card,
            capabilities=can,
            text=f"# {HOSTILE}\n\n![x](/dev/zero) [link](//host/share)",
        )


def widgets() -> list[QWidget]:
    return [each for top in QApplication.topLevelWidgets() for each in (top, *_children(top))]


def _children(top: QWidget) -> list[QWidget]:
    return top.findChildren(QWidget)


def assert_drawn_as_written() -> None:
    """Every label is plain, every formatted text loads nothing, and every tip is escaped."""
    for widget in widgets():
        if isinstance(widget, QLabel) and Qt.mightBeRichText(widget.text()):
            assert widget.textFormat() is Qt.TextFormat.PlainText, widget.text()
        if isinstance(widget, QTextEdit):
            assert isinstance(widget, CardBrowser), widget
        buttons = [widget] if isinstance(widget, QAbstractButton) else []
        for text in (each.text() for each in (*buttons, *widget.actions())):
            assert " & <b>" not in text, "a lone & would mark a key"
        tips = [widget.toolTip(), *(action.toolTip() for action in widget.actions())]
        if isinstance(widget, QComboBox):
            items = range(widget.count())
            tips += [widget.itemData(item, Qt.ItemDataRole.ToolTipRole) or "" for item in items]
        for tip in filter(Qt.mightBeRichText, tips):
            assert tip.startswith("<p>"), tip
            assert "<img" not in tip, tip
            assert "<b>" not in tip, tip


def hostile_request() -> GenerationRequest:
    return GenerationRequest(
        prompt=HOSTILE,
        negative_prompt=HOSTILE,
        num_inference_steps=1,
        duration_s=1.0,
        loras=(Lora(NAME),),
        segments=(PromptSegment(0.0, HOSTILE), PromptSegment(0.5, HOSTILE)),
    )


@pytest.fixture
def full_window(studio: Any) -> Any:
    """The real window with markup in every field that a person or a file can fill."""
    window, document = studio.window, studio.session.document
    now = datetime.now(UTC)
    request = hostile_request()
    document.draft.fill({"prompt": HOSTILE, "negative_prompt": HOSTILE})
    document.draft.set_value("init_audio", f"/sounds/{NAME}.wav")
    document.draft.set_value("loras", [Lora(NAME)])
    document.draft.set_value("model", f"/models/{NAME}")
    record = TakeRecord(
        take_id="a",
        request=request,
        created_at=now,
        duration_s=1.0,
        notes=HOSTILE,
        labels=TakeLabels((HOSTILE,), HOSTILE),
    )
    document.history.fill([record])
    document.queue.add([request])
    document.devices.choose(HOSTILE)
    studio.commands.recent.add(Path(f"/sounds/{NAME}"))
    document.status.note_failure(TesseraError(HOSTILE))
    window.export_progress.begin(Path(f"/sounds/{NAME}"))
    window.side_bar.open(SideBarPage.HISTORY)
    return window


def test_the_real_window_draws_hostile_words_as_written(qtbot, full_window, studio):
    assert_drawn_as_written()
    full_window.side_bar.open(SideBarPage.QUEUE)
    qtbot.waitUntil(lambda: studio.session.document.shown.take is not None)
    assert_drawn_as_written()


def test_a_source_with_a_hostile_name_is_drawn_as_written(full_window, studio):
    path, facts = Path(f"/sounds/{NAME}.wav"), AudioFacts(16_000, 16_000, 1)
    waveform = np.zeros(16_000, np.float32)
    source = OpenedSource(path, facts, LevelPyramid(100, 64), waveform, 16_000)
    full_window.viewer_panel.header.show_source(source)
    assert full_window.viewer_panel.header.texts[0].startswith("<img")
    assert_drawn_as_written()


def test_prompts_along_time_are_drawn_as_written(full_window, studio):
    document, view = studio.session.document, full_window.viewer_panel.prompt_lane
    segments = (PromptSegment(0.0, HOSTILE), PromptSegment(10.0, HOSTILE))
    document.draft.fill({"prompt": HOSTILE, "duration_s": 20.0, "segments": segments})
    view.editor.open_over(view.layout_.boxes[1].rect, 1, HOSTILE)
    assert_drawn_as_written()
    tip = view._tool_tip(QPointF(view.layout_.scale.x_of(15.0), 5.0))
    assert escape(HOSTILE) in tip
    full_window.grab()


def test_the_notice_about_the_library_holds_words_as_they_are(qapp):
    takes = (LeftOutTake(HOSTILE, LeftOutReason.ROW, HOSTILE),)
    notice = LibraryNotice(damaged_database=HOSTILE, left_out=takes)
    assert LibraryTexts().notice(notice).count(HOSTILE) == 3


def test_the_models_dialog_draws_hostile_words_as_written(qtbot, window, session):
    keeper = ModelStoreWorker(session.document.models, HostileShelf)
    manager = window.open_models()
    qtbot.waitUntil(lambda: len(manager.names) == 2)
    assert HOSTILE in manager.details._description.text()
    assert_drawn_as_written()
    manager.grab()
    manager.close()
    keeper.join()


@pytest.mark.parametrize("ask", ["tell", "agree", "choose"])
def test_message_boxes_draw_hostile_words_as_written(qtbot, ask):
    parent = QWidget()
    qtbot.addWidget(parent)
    seen = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.textFormat())
        box.reject()

    QTimer.singleShot(0, look)
    boxes = MessageBoxes()
    answers = {"choose": (["a"],)}.get(ask, ())
    getattr(boxes, ask)(parent, HOSTILE, HOSTILE, *answers)
    assert seen == [Qt.TextFormat.PlainText]


READS_FORMATS = ("labels.py", "card_browser.py", "guide_window.py")
"""Modules that make such labels safe, and the guide, whose pages are the program's own."""


def test_no_module_makes_a_label_that_guesses_the_format():
    for file in APP.rglob("*.py"):
        if file.name in READS_FORMATS:
            continue
        names = {
            alias.name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "PySide6.QtWidgets"
            for alias in node.names
        }
        assert not names & {"QLabel", "QTextEdit", "QTextBrowser", "QErrorMessage"}, file
