"""Takes the guide's pictures: one for each page and language, of the real window.

    xvfb-run -a -s "-screen 0 1280x800x24" python3 packaging/guide_pictures.py

Everything in them is made on the way with the bundled model, into resources/guide/LANGUAGE. What
the studio plays comes back as its input, through a PulseAudio daemon of its own.
"""

import tempfile
from pathlib import Path

from screenshots import (
    ROOT,
    run_for,
    run_until,
    sound_device,
)  # first: it finds the studio's sources

from PySide6.QtCore import QRect, QSettings, Qt  # isort: skip
from PySide6.QtWidgets import QDialog, QWidget  # isort: skip

from app.cli.prompt_arguments import parse_segments
from app.library.layout import FOLDER_KEY
from app.session.engine_worker import make_tessera_engine
from app.studio.application import Studio, make_application, make_sound
from app.studio.translation import install_translation
from app.view_models.language import Language, remember_language
from app.view_models.picture.picture_model import Frequencies
from app.view_models.picture.waveform_model import WaveformPlace
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.session_state import SessionState
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.viewer.selection import Selection
from app.views.side_bar.side_bar import SideBarPage
from app.views.texts.guide_page import GuidePage
from app.views.widgets.message_boxes import MessageBoxes
from core.api.request import BUNDLED_MODEL

GUIDE = ROOT / "resources" / "guide"
WINDOW_SIZE = (1280, 800)
WIDEST_PX = 700
"""What fits beside the list of pages."""
TAKES = ("rain", "ocean waves", "church organ", "applause")
SECONDS, SEED = 12.0, 1
ENDLESS_MS, RECORDED_MS, SETTLE_MS = 20_000, 4_000, 400
LIST_PX = 460
MISSING_MODEL = "/home/me/models/forests"


class Photographer(MessageBoxes):
    """Works with a studio, and takes a picture for each page.

    It answers the dialogs too: it takes their pictures, and cancels them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._page = GuidePage.SOUND

    def fill_in(self, dialog: QDialog) -> bool:
        """Show a dialog for its picture only."""
        dialog.show()
        self._take(dialog)
        dialog.close()
        return False

    def agree(
        self, parent: QWidget, title: str, question: str, *, loses_sounds: bool = False
    ) -> bool:
        """Agree: that a recording is discarded."""
        return True

    def take_all(self, studio: Studio) -> None:
        """Take the pictures of all pages, in the order in which the sounds are made."""
        window, document = studio.window, studio.session.document
        for prompt in TAKES:
            _make(studio, prompt=prompt, duration_s=4.0)
        _label(studio)
        self._layers(studio)
        window.side_bar.open(SideBarPage.HISTORY)
        self._picture(GuidePage.TAKES, window.side_bar, height=LIST_PX)
        window.side_bar.open(SideBarPage.NONE)

        _make(studio, prompt="church organ")
        self._picture(GuidePage.SOUND, window)
        self._picture(GuidePage.LISTEN, window.viewer_panel.transport_bar)
        self._record(studio)
        document.selection.select(Selection(4.0, 7.0))
        run_until(lambda: document.markers.can_mark)
        document.markers.add(1.5, "Verse")
        document.markers.add(8.0, "Coda")
        self._picture(GuidePage.EDIT, window.viewer_panel)
        self._look(studio)
        self._page = GuidePage.EXPORT
        window.export_requested.emit()
        document.selection.clear()

        segments = parse_segments(["0:05 ocean waves", "0:09 choir"], "church organ")
        _make(studio, prompt="church organ", segments=segments)
        self._picture(GuidePage.PROMPTS, window.viewer_panel)
        window.prompt_panel.engine_section.set_open(True)
        self._picture(GuidePage.DEVICE, window.prompt_panel.engine_section)
        window.prompt_panel.engine_section.set_open(False)
        manager = window.open_models()
        run_until(lambda: bool(manager.names))
        self._picture(GuidePage.MODELS, manager)
        manager.close()
        self._longer(studio)
        self._trouble(studio)

    def _layers(self, studio: Studio) -> None:
        """The takes so far as layers, moved and faded."""
        window, model = studio.window, studio.session.document.arrangement
        history = studio.session.document.history
        run_until(lambda: history.rowCount() == len(TAKES))  # the library has them a little later
        run_for(SETTLE_MS)
        rows = [history.index(row) for row in range(len(TAKES))]
        studio.arranger.show()
        studio.arranger.add_takes([row.data(ITEM_ROLE).take_id for row in rows])
        run_until(lambda: len(model.arrangement.layers) == len(TAKES))
        rate, commands = (
            model.arrangement.sample_rate,
            window.viewer_panel.arrangement.layer_commands,
        )
        for number, layer in enumerate(model.arrangement.layers):
            model.choose([layer.layer_id])
            commands.move(number * rate)
            commands.fade_in(rate // 2)
        commands.fade_out(rate)
        commands.loop()
        self._picture(GuidePage.LAYERS, window.viewer_panel)
        studio.arranger.show(False)

    def _look(self, studio: Studio) -> None:
        """The sound on show as it is measured, with its waveform."""
        document, window = studio.session.document, studio.window
        document.picture.choose_frequencies(Frequencies.LOGARITHMIC)
        document.waveform.choose_place(WaveformPlace.BELOW)
        run_for(SETTLE_MS)
        run_until(lambda: not document.measured.is_incomplete)
        self._picture(GuidePage.LOOK, window.viewer_panel)
        document.picture.choose_frequencies(Frequencies.MEL)
        document.waveform.choose_place(WaveformPlace.OFF)

    def _record(self, studio: Studio) -> None:
        """The recorder, while it records what the studio plays."""
        recorder = studio.record.open()
        run_until(recorder.record.isEnabled)
        recorder.record.click()
        studio.session.document.transport.play()
        run_for(RECORDED_MS)
        self._picture(GuidePage.RECORD, recorder)
        recorder.reject()
        studio.session.document.transport.pause()

    def _longer(self, studio: Studio) -> None:
        """An endless sound, while it is made."""
        document, session = studio.session.document, studio.session
        document.draft.fill({"prompt": "ocean waves", "model": BUNDLED_MODEL})
        session.play_endlessly()
        run_until(lambda: document.state.is_endless)
        run_for(ENDLESS_MS)
        self._picture(GuidePage.LONGER, studio.window)
        session.cancel()
        run_until(lambda: studio.session.state is SessionState.IDLE)

    def _trouble(self, studio: Studio) -> None:
        """A failure: a model that is not there."""
        studio.session.document.draft.fill({"model": MISSING_MODEL})
        studio.session.generate()
        run_until(lambda: studio.session.document.status.error is not None)
        self._picture(GuidePage.TROUBLE, studio.window.status_line, width=WIDEST_PX)

    def _picture(
        self, page: GuidePage, widget: QWidget, *, width: int = 0, height: int = 0
    ) -> None:
        """Take a picture of a widget, or of its upper left part of a size in pixels."""
        self._page = page
        self._take(widget, QRect(0, 0, width or widget.width(), height or widget.height()))

    def _take(self, widget: QWidget, part: QRect | None = None) -> None:
        run_for(SETTLE_MS)
        picture = widget.grab(part or widget.rect())
        if picture.width() > WIDEST_PX:
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaledToWidth(WIDEST_PX, smooth)
        path = self._folder / f"{self._page}.png"
        if not picture.save(str(path)):
            raise SystemExit(f"{path} cannot be written")
        print(path)


def main() -> None:
    """Take all pictures."""
    application = make_application(["tessera"])
    with sound_device(), tempfile.TemporaryDirectory() as folder:
        for language in (Language.ENGLISH, Language.CHINESE):
            memory = SettingsStore(QSettings(f"{folder}/{language}", QSettings.Format.IniFormat))
            memory.keep("theme", "light")
            memory.keep("tour/seen", True)
            memory.keep(FOLDER_KEY, f"{folder}/library-{language}")
            remember_language(memory, language)
            translators = install_translation(application, language)
            photographer = Photographer(GUIDE / str(language))
            player, recorder = make_sound()
            studio = Studio(
                application, make_tessera_engine, player, memory, photographer, recorder=recorder
            )
            studio.window.resize(*WINDOW_SIZE)
            studio.open()
            photographer.take_all(studio)
            studio.window.hide()
            studio.join()
            for translator in translators:
                application.removeTranslator(translator)


def _make(studio: Studio, **settings: object) -> None:
    """Make a take, and show it."""
    session = studio.session
    usual = {"duration_s": SECONDS, "seed": SEED, "model": BUNDLED_MODEL, "segments": ()}
    session.document.draft.fill({**usual, **settings})
    session.document.draft.set_seed_locked(True)
    session.generate()
    run_until(lambda: session.state is SessionState.IDLE)
    session.document.transport.pause()
    session.document.transport.seek(3.0)


def _label(studio: Studio) -> None:
    """Give the takes what a person would give them."""
    history = studio.session.document.history
    rows = [history.index(row) for row in range(history.rowCount())]
    ids = [row.data(Qt.ItemDataRole.UserRole).take_id for row in rows]
    history.label({one: TakeLabels(("weather",), "Film") for one in ids[-2:]})
    history.set_starred(ids[0], True)


if __name__ == "__main__":
    main()
