"""What the stage shows: the run in hand as it comes, or a finished take while the run goes on."""

from PySide6.QtCore import QObject, Signal, Slot

from app.session.edit_overlay import EditOverlay
from app.session.engine_to_window import RunCrossing
from app.session.event_router import EventRouter
from app.session.replay import Replay, TakeFeed
from app.view_models.takes.run_status import RunStatusModel
from app.view_models.transport.transport import Playback, TransportModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.opened_take import OpenedTake
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from core.api.events import Event
from core.api.request import GenerationRequest
from core.api.take import Take

ENDLESS_ROOM_S = 60.0  # to begin with; it grows


class Viewer(QObject):
    """Fills the models that the stage draws.

    Everything a run says is kept until its end, so that one may look at another take meanwhile
    and come back to it.

    Signals:
        changed: Something else is shown, or the run that is shown ended.

    Attributes:
        request: What is shown was asked for so; None before the first run.
        take: The finished take that is shown; None while it is made.
        take_id: Names the take, or the run that will become it; empty before the first run.
        shows_run: Whether the run in hand is shown.
        edits: Lays an edit over the take that is shown.
    """

    changed = Signal()

    def __init__(
        self,
        playback: Playback,
        *,
        live_preview: LivePreviewModel,
        spectrogram: SpectrogramModel,
        tiles: TileGridModel,
        status: RunStatusModel,
        transport: TransportModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.request: GenerationRequest | None = None
        self.take: Take | None = None
        self.take_id = ""
        self.shows_run = False
        self._router = EventRouter(live_preview, spectrogram, tiles, status, transport)
        self._live_preview, self._spectrogram, self._tiles = live_preview, spectrogram, tiles
        self._transport, self._playback = transport, playback
        self.edits = EditOverlay(spectrogram, self)
        self._lays_edit = False
        self._compared: OpenedTake | None = None
        self._holds = False  # a person chose what is on show
        self._run: RunCrossing | None = None
        self._feed = TakeFeed(playback, transport, self)
        self._replay = Replay(self._router, playback, self)

    @property
    def compared(self) -> OpenedTake | None:
        """The take that `compare` would show."""
        return self._compared

    def follow_runs(self) -> None:
        """Show the next run, whatever is on show now."""
        self._holds = False
        self._transport.pause()

    def begin_run(self, run: RunCrossing) -> None:
        """A run starts; it comes on show, unless a person looks at a take, or listens to one.

        An edit stays behind in any case: what it is done to is on show, and it is laid over that.
        """
        self._run, entry = run, run.entry
        if entry.base is not None and entry.base is self.take:
            self._lays_edit = self.edits.begin(entry.request.edits[-1])
        is_listening = self.take is not None and self._transport.is_playing
        if not (entry.base is not None or self._holds or is_listening):
            self.watch()

    def watch(self) -> None:
        """Show the run in hand, with all there is of it so far."""
        run = self._run
        if run is None or self.shows_run:
            return
        self._leave_shown()
        self._holds, self.shows_run = False, True
        self.take_id, self.request, self.take = run.entry.entry_id, run.entry.request, None
        is_endless = run.entry.is_endless
        duration_s = ENDLESS_ROOM_S if is_endless else self.request.duration_s
        with run.sound.opening():  # what is recorded by now is replayed, what comes later passes
            self._spectrogram.begin_seconds(duration_s)
            rate = self._spectrogram.params.sample_rate
            self._transport.begin(duration_s, rate, grows=is_endless)
            standing, pieces = run.events.standing(), run.recording.pieces()
        self._replay.begin(standing, pieces)
        self.changed.emit()

    def show(self, opened: OpenedTake, *, quietly: bool = False) -> None:
        """Show a finished take; a run in hand goes on behind it, and so do those that follow.

        Args:
            opened: The take.
            quietly: Whether it waits to be played, whatever new takes do.
        """
        if self._run is not None:
            self._run.sound.shut()  # before the player makes room for another clip
        self.shows_run = False
        self._leave_shown()
        self._holds = True
        take = opened.take
        self.request, self.take, self.take_id = take.request, take, opened.take_id
        self._spectrogram.show(opened.levels)
        duration_s = take.duration_s
        self._transport.begin(duration_s, take.sample_rate, quietly=quietly)
        self._feed.start(take)
        self.changed.emit()

    @Slot()
    def compare(self) -> None:
        """Change between the two takes shown last, at the same place of the sound."""
        if self._compared is not None:
            self.exchange(self._compared)

    def exchange(self, opened: OpenedTake) -> None:
        """Show another take at the same place of the sound, playing if this one plays."""
        place_s, was_playing = self._transport.position_s, self._transport.is_playing
        self.show(opened, quietly=True)
        self._transport.seek(place_s)
        if was_playing:
            self._transport.play()

    def route(self, event: Event) -> None:
        """Tell the models, or only how far the run is."""
        if self.shows_run:
            self._router.route(event)
        elif self._run is not None and self._lays_edit:
            self._router.route_edit(event, self._run.entry.request)
        elif self._run is not None:
            self._router.route_behind(event, self._run.entry.request)

    def finish_run(self, take: Take | None) -> None:
        """The run ended, with a take or without."""
        was_shown, self.shows_run = self.shows_run, False
        self._finish_edit(is_done=take is not None)
        self._run = None
        if was_shown:
            self.take = take
            self._transport.finish()
            self._live_preview.clear()
            self.changed.emit()

    def _finish_edit(self, *, is_done: bool) -> None:
        """What was laid stays until the edited take comes on show; without one it goes."""
        was_laid, self._lays_edit = self._lays_edit, False
        if was_laid and not is_done:
            self.edits.end()
            self._tiles.clear()
            self._live_preview.clear()

    def _leave_shown(self) -> None:
        if self.take is not None:
            self._compared = OpenedTake(self.take_id, self.take, self.edits.levels)
        self._lays_edit = False
        self.edits.forget()
        self._feed.stop()
        self._replay.stop()
        self._tiles.clear()
        self._live_preview.clear()
