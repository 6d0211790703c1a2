"""Fills the viewer: with the current run as it comes, a finished take, a source, or a mix."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app.session.edit_overlay import EditOverlay
from app.session.engine_to_window import UNKNOWN_FORM, AudioArrived, RunCrossing
from app.session.event_router import EventRouter
from app.session.replay import Replay, TakeFeed, heard_channels
from app.view_models.document import Document
from app.view_models.transport.playback import MixedSound, Playback
from app.view_models.viewer.opened_source import OpenedSource
from app.view_models.viewer.opened_take import OpenedTake
from core.api.events import DenoisingStep, Event, TileDecoded
from core.api.take import Take

ENDLESS_ROOM_S = 60.0  # to begin with; it grows
_SEEN = (DenoisingStep, TileDecoded, AudioArrived)


@dataclass(frozen=True, slots=True, eq=False)
class _Standpoint:
    """What is on show, what it is compared with, and the play head: to come back to."""

    opened: OpenedTake | OpenedSource | MixedSound
    compared: OpenedTake | None
    position_s: float


class ViewerController(QObject):
    """Decides what is on show, and fills the models that draw it. Lives in the window's thread.

    A person may look at a finished take while a run goes on behind it, and come back to the run.
    A run comes on show once there is something of it to see, and while nothing is played. One that
    a person waits for also comes with its first sound. One that ends without a take leaves what
    was there before.

    Args:
        document: Whose models are filled.
        playback: The sound output.

    Signals:
        take_awaited: A run ended behind what was being heard, or behind a source, and that is
            over: the new take, by name, should come on show.

    Attributes:
        edits: Draws an edit that is made over the take that is shown.
    """

    take_awaited = Signal(str)

    def __init__(
        self, document: Document, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = document.state
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
        self._is_asked = False  # a person waits for the next run
        self._follows = self._takes_over = False  # whether the run comes on show, and when
        self._awaited_id = ""
        self._run: RunCrossing | None = None
        # What the run or source on show took the place of, the last one on top. It goes once a
        # person opens a take.
        self._beneath: list[_Standpoint | RunCrossing] = []
        self._feed = TakeFeed(playback, document.transport, self)
        self._replay = Replay(self._router, playback, self)
        self._transport.changed.connect(self._on_transport_changed)

    @property
    def opened(self) -> OpenedTake | None:
        """The take on show with its own picture, whatever is drawn over it; None for a run."""
        if self._shown.take is None:
            return None
        return OpenedTake(self._shown.take_id, self._shown.take, self.edits.levels)

    def follow_runs(self) -> None:
        """Let the next run come on show, whatever is there now."""
        self._stays, self._is_asked = False, True

    def begin_run(self, run: RunCrossing) -> None:
        """Let a run come on show, unless a person looks at a take or listens to one.

        An edit stays behind in any case: what it is done to is on show, and it is drawn over that.
        """
        self._run, entry, take = run, run.entry, self._shown.take
        self._takes_over, self._is_asked = self._is_asked, False
        if entry.base is not None and take is not None and entry.base.waveform is take.waveform:
            self._draws_edit = self.edits.begin(entry.request.edits[-1])
        stays_behind = self._stays or (self._transport.is_playing and not self._takes_over)
        self._follows = entry.base is None and not stays_behind

    @Slot()
    def watch(self) -> None:
        """Show the current run, with all there is of it so far."""
        if self._run is not None and not self._shown.shows_run:
            self._take_out(self._run)
            self._keep_standpoint()
            self._show_run(self._run)

    def _show_run(self, run: RunCrossing) -> None:
        self._leave_shown()
        self._stays = False
        self._shown.show_run(run.entry.entry_id, run.entry.request)
        self._spectrogram.begin_seconds(_room_s(run))
        self._play_run(run)

    def _play_run(self, run: RunCrossing) -> None:
        """Let the player play a run; what is recorded is replayed, what comes later passes."""
        rate, channels = form = run.recording.form or UNKNOWN_FORM
        with run.sound.opening(form):
            is_endless = run.entry.is_endless
            self._transport.begin(_room_s(run), rate, grows=is_endless, channels=channels)
            standing, pieces = run.events.standing(), run.recording.pieces()
        self._replay.begin(standing, pieces)

    def show(self, opened: OpenedTake, *, quietly: bool = False) -> None:
        """Show a finished take; a current run goes on behind it, and so do those that follow.

        Args:
            opened: The take.
            quietly: Whether it waits to be played, whatever new takes do.
        """
        self._stays, self._follows, self._awaited_id = True, False, ""
        self._beneath.clear()
        self._put_on_show(opened, quietly=quietly)

    def audition(self, opened: OpenedTake) -> None:
        """Show a finished take and play it from its start, whatever new takes do."""
        self.show(opened, quietly=True)
        self._transport.play()

    def show_source(self, source: OpenedSource) -> None:
        """Show a sound to start from, until `leave_source` or until something else is shown."""
        if self._shown.source is None:
            self._keep_beneath()
        self._stays, self._follows = True, False
        self._put_on_show(source, quietly=True)

    def show_mix(self, mix: MixedSound) -> None:
        """Show the arrangement, until `leave_mix` or until something else is shown.

        A run goes on behind it, and so do those that follow, unless a person waits for one.
        """
        if self._shown.mix is None:
            self._keep_beneath()
        self._stays, self._follows = True, False
        self._put_on_show(mix, quietly=True)

    @Slot()
    def leave_mix(self) -> None:
        """Show what was there before the arrangement."""
        if self._shown.mix is not None:
            self._show_beneath()

    @Slot()
    def leave_source(self) -> None:
        """Show what was there before a source."""
        if self._shown.source is not None:
            self._show_beneath()

    def _keep_beneath(self) -> None:
        """Let something come back to what is on show, and to a run that is or comes on show."""
        self._keep_standpoint()
        if self._run is not None and (self._shown.shows_run or self._follows):
            self._beneath.append(self._run)

    def _keep_standpoint(self) -> None:
        """Let something come back to what is on show, unless that is a run."""
        opened = self.opened or self._shown.source or self._shown.mix
        if opened is not None:
            compared, position_s = self._shown.compared, self._transport.position_s
            self._beneath.append(_Standpoint(opened, compared, position_s))

    def _take_out(self, run: RunCrossing) -> None:
        """Let nothing come back to a run: it is on show, or over."""
        self._beneath = [one for one in self._beneath if one is not run]

    def _show_beneath(self) -> None:
        """Show what was there before."""
        match self._beneath.pop() if self._beneath else None:
            case RunCrossing() as run:
                self._show_run(run)
            case _Standpoint() as standpoint:
                self._shown.compared = standpoint.compared
                self._put_on_show(standpoint.opened, quietly=True)
                self._transport.seek(standpoint.position_s)
            case None:
                self._leave_shown()
                self._shown.clear()
                self._spectrogram.begin(0)
                self._transport.begin(0.0, self._spectrogram.params.sample_rate)

    def _put_on_show(
        self, opened: OpenedTake | OpenedSource | MixedSound, *, quietly: bool
    ) -> None:
        if self._run is not None:
            self._run.sound.shut()  # before the player makes room for another clip
        self._leave_shown()
        sound: Take | OpenedSource
        match opened:
            case OpenedTake():
                sound = opened.take
                self._shown.show_take(opened)
            case OpenedSource():
                sound = opened
                self._shown.show_source(opened)
            case _:
                self._shown.show_mix(opened)
                self._spectrogram.begin(0)
                self._transport.begin_mix(opened)
                return
        self._spectrogram.show(opened.levels)
        self._transport.begin(
            sound.duration_s,
            sound.sample_rate,
            quietly=quietly,
            channels=heard_channels(sound),
        )
        self._feed.start(sound)

    @Slot()
    def compare(self) -> None:
        """Change between the two takes shown last, at the same place of the sound."""
        if self._shown.compared is not None and self._shown.can_compare:
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
        if self._enters_with(event):
            self.watch()  # which shows this event, too
        elif self._shown.shows_run:
            if self._run is not None and _has_other_form(event, self._run):
                self._play_run(self._run)
            self._router.route(event)
        elif self._run is not None and self._draws_edit:
            self._router.route_edit(event, self._run.entry.request)
        elif self._run is not None:
            self._router.route_behind(event, self._run.entry.request)

    def _enters_with(self, event: Event) -> bool:
        """Whether a run comes on show now that this is there of it."""
        if not self._follows or self._shown.shows_run or not isinstance(event, _SEEN):
            return False
        is_heard = isinstance(event, AudioArrived) and self._transport.plays_on_arrival
        return not self._transport.is_playing or (self._takes_over and is_heard)

    def finish_run(self, take: Take | None) -> None:
        """The run ended, with a take or without."""
        self._finish_edit(is_done=take is not None)
        run, self._run = self._run, None
        if self._shown.shows_run:
            self._finish_shown_run(take)
        elif run is not None:
            if take is not None and (self._follows or run in self._beneath):
                self._awaited_id = run.entry.entry_id
            self._take_out(run)
        self._follows = False

    def _finish_shown_run(self, take: Take | None) -> None:
        """Leave the take on show, or come back to what was there before."""
        if take is None and not self._state.is_over:
            self._show_beneath()
        else:
            self._beneath.clear()
            self._transport.finish()
            self._live_preview.clear()
            self._shown.finish_run(take)

    @Slot()
    def _on_transport_changed(self) -> None:
        """Ask for the take that was made while something else was heard, or seen that is none."""
        shown = self._shown
        is_busy = self._transport.is_playing or shown.source is not None or shown.mix is not None
        if self._awaited_id and not is_busy:
            awaited_id, self._awaited_id = self._awaited_id, ""
            self.take_awaited.emit(awaited_id)

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


def _room_s(run: RunCrossing) -> float:
    """Seconds for which the window has room while a run makes them."""
    return ENDLESS_ROOM_S if run.entry.is_endless else run.entry.request.duration_s


def _has_other_form(event: Event, run: RunCrossing) -> bool:
    """Whether sound has arrived that the player is not ready for."""
    return isinstance(event, AudioArrived) and run.recording.form not in (None, run.sound.form)
