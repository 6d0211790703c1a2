"""Fills the viewer: with the current run as it comes, or with a finished take."""

from PySide6.QtCore import QObject, Slot

from app.session.edit_overlay import EditOverlay
from app.session.engine_to_window import RunCrossing
from app.session.event_router import EventRouter
from app.session.replay import Replay, TakeFeed
from app.view_models.document import Document
from app.view_models.transport.transport import Playback
from app.view_models.viewer.opened_take import OpenedTake
from core.api.events import Event
from core.api.take import Take

ENDLESS_ROOM_S = 60.0  # to begin with; it grows


class ViewerController(QObject):
    """Decides what is on show, and fills the models that draw it. Lives in the window's thread.

    A person may look at a finished take while a run goes on behind it, and come back to the run.

    Args:
        document: Whose models are filled.
        playback: The sound output.

    Attributes:
        edits: Draws an edit that is made over the take that is shown.
    """

    def __init__(
        self, document: Document, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._shown, self._transport = document.shown, document.transport
        self._live_preview, self._tiles = document.live_preview, document.tiles
        self._spectrogram = document.spectrogram
        self._router = EventRouter(
            document.live_preview,
            document.spectrogram,
            document.tiles,
            document.status,
            document.transport,
        )
        self.edits = EditOverlay(document.spectrogram, self)
        self.edits.placed.connect(document.shown.edit_placed)
        self._draws_edit = False
        self._stays = False  # a person chose what is on show
        self._run: RunCrossing | None = None
        self._feed = TakeFeed(playback, document.transport, self)
        self._replay = Replay(self._router, playback, self)

    @property
    def opened(self) -> OpenedTake | None:
        """The take on show with its own picture, whatever is drawn over it; None for a run."""
        if self._shown.take is None:
            return None
        return OpenedTake(self._shown.take_id, self._shown.take, self.edits.levels)

    def follow_runs(self) -> None:
        """Show the next run, whatever is on show now."""
        self._stays = False
        self._transport.pause()

    def begin_run(self, run: RunCrossing) -> None:
        """Show a run that starts, unless a person looks at a take or listens to one.

        An edit stays behind in any case: what it is done to is on show, and it is drawn over that.
        """
        self._run, entry, take = run, run.entry, self._shown.take
        if entry.base is not None and entry.base is take:
            self._draws_edit = self.edits.begin(entry.request.edits[-1])
        is_listening = take is not None and self._transport.is_playing
        if not (entry.base is not None or self._stays or is_listening):
            self.watch()

    @Slot()
    def watch(self) -> None:
        """Show the current run, with all there is of it so far."""
        run = self._run
        if run is None or self._shown.shows_run:
            return
        self._leave_shown()
        self._stays = False
        self._shown.show_run(run.entry.entry_id, run.entry.request)
        is_endless = run.entry.is_endless
        duration_s = ENDLESS_ROOM_S if is_endless else run.entry.request.duration_s
        with run.sound.opening():  # what is recorded by now is replayed, what comes later passes
            self._spectrogram.begin_seconds(duration_s)
            rate = self._spectrogram.params.sample_rate
            self._transport.begin(duration_s, rate, grows=is_endless)
            standing, pieces = run.events.standing(), run.recording.pieces()
        self._replay.begin(standing, pieces)

    def show(self, opened: OpenedTake, *, quietly: bool = False) -> None:
        """Show a finished take; a current run goes on behind it, and so do those that follow.

        Args:
            opened: The take.
            quietly: Whether it waits to be played, whatever new takes do.
        """
        if self._run is not None:
            self._run.sound.shut()  # before the player makes room for another clip
        self._leave_shown()
        self._stays = True
        take = opened.take
        self._shown.show_take(opened)
        self._spectrogram.show(opened.levels)
        duration_s = take.duration_s
        self._transport.begin(duration_s, take.sample_rate, quietly=quietly)
        self._feed.start(take)

    @Slot()
    def compare(self) -> None:
        """Change between the two takes shown last, at the same place of the sound."""
        if self._shown.compared is not None:
            self.exchange(self._shown.compared)

    def exchange(self, opened: OpenedTake) -> None:
        """Show another take at the same place of the sound, playing if this one plays."""
        place_s, was_playing = self._transport.position_s, self._transport.is_playing
        self.show(opened, quietly=True)
        self._transport.seek(place_s)
        if was_playing:
            self._transport.play()

    def route(self, event: Event) -> None:
        """Give the models an event of the run; of one that is not shown, only how far it is."""
        if self._shown.shows_run:
            self._router.route(event)
        elif self._run is not None and self._draws_edit:
            self._router.route_edit(event, self._run.entry.request)
        elif self._run is not None:
            self._router.route_behind(event, self._run.entry.request)

    def finish_run(self, take: Take | None) -> None:
        """The run ended, with a take or without."""
        self._finish_edit(is_done=take is not None)
        self._run = None
        if self._shown.shows_run:
            self._transport.finish()
            self._live_preview.clear()
            self._shown.finish_run(take)

    def _finish_edit(self, *, is_done: bool) -> None:
        """What was drawn stays until the edited take comes on show; without one it goes."""
        was_drawn, self._draws_edit = self._draws_edit, False
        if was_drawn and not is_done:
            self.edits.end()
            self._tiles.clear()
            self._live_preview.clear()

    def _leave_shown(self) -> None:
        if self.opened is not None:
            self._shown.compared = self.opened
        self._draws_edit = False
        self.edits.forget()
        self._feed.stop()
        self._replay.stop()
        self._tiles.clear()
        self._live_preview.clear()
