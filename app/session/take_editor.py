"""Edits of the take on show: they run as requests do, and their results take its place."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot
from PySide6.QtGui import QUndoCommand

from app.session.session import Session
from app.view_models.viewer.opened_take import OpenedTake, open_take
from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.take import Take
from core.editing.effect import check_effect

CONTINUE_S = 5.0
_RUN_UP_S = 1.0  # of the sound before an edit, to hear whether it fits


class TakeEditor(QObject):
    """Edits what a session shows, with the prompt and seed of its draft.

    Args:
        session: Whose takes are edited.

    Signals:
        changed: Other edits can be made than before.
        edited: The takes before and after an edit, the second of which should be shown.
    """

    changed = Signal()
    edited = Signal(object, object)
    _opened = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: dict[str, OpenedTake] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._opened.connect(self._on_opened)
        session.finished.connect(self._on_finished)
        session.queue.changed.connect(self._on_queue_changed)
        for signal in (session.viewer.changed, session.selection.changed, session.state_changed):
            signal.connect(self.changed)

    @property
    def can_edit(self) -> bool:
        """Whether a take is on show that has latents."""
        take = self._session.take
        return take is not None and take.latents is not None and not self._session.is_over

    @property
    def can_regenerate(self) -> bool:
        """Whether a part of such a take is chosen."""
        return self.can_edit and self._session.selection.current is not None

    @Slot()
    def regenerate(self) -> None:
        """Make what is chosen anew."""
        chosen = self._session.selection.current
        if chosen is not None:
            low_hz, high_hz = self._session.selection.hz_range or (0.0, None)
            self._start(
                EditKind.REGENERATE,
                start_s=chosen.start_s,
                stop_s=chosen.stop_s,
                low_hz=low_hz,
                high_hz=high_hz,
            )

    @Slot()
    def continue_right(self) -> None:
        """Let the sound go on."""
        self._start(EditKind.CONTINUE_RIGHT, added_s=CONTINUE_S)

    @Slot()
    def continue_left(self) -> None:
        """Let the sound begin earlier."""
        self._start(EditKind.CONTINUE_LEFT, added_s=CONTINUE_S)

    @Slot()
    def make_loop(self) -> None:
        """Let the end flow into the beginning."""
        self._start(EditKind.LOOP)

    def show(self, opened: OpenedTake, edit: Edit) -> None:
        """Bring a take on stage, a little before the place of an edit."""
        viewer, transport = self._session.viewer, self._session.transport
        viewer.show(opened)
        transport.seek(max(0.0, _place_s(opened.take, edit) - _RUN_UP_S))

    def wait(self) -> None:
        """Wait for what is being opened; for the end of the process."""
        self._pool.waitForDone()

    def _cut_off(self, opened: OpenedTake) -> None:
        """Show an endless sound as long as it became, and play on where it is heard."""
        transport = self._session.transport
        if self._session.take is not opened.take:
            return
        place_s, was_playing = transport.position_s, transport.is_playing
        self._session.viewer.show(opened, quietly=True)
        transport.seek(place_s)
        if was_playing:
            transport.play()

    def _start(self, kind: EditKind, **values: float | None) -> None:
        session = self._session
        take = session.take
        if take is None or not self.can_edit:
            return
        try:
            edit = self._wished(kind, **values)
            highest_hz = session.spectrogram.params.fmax
            check_effect(edit, take.duration_s, highest_hz)
        except InvalidRequestError as error:
            session.status.note_failure(error)
            session.rejected.emit(error)
            return
        before = OpenedTake(session.viewer.take_id, take, session.viewer.edits.levels)
        entry = session.revise(take, edit)
        if entry is not None:
            self._waiting[entry.entry_id] = before

    def _wished(self, kind: EditKind, **values: float | None) -> Edit:
        """An edit with the prompt and seed of the draft."""
        wish = self._session.draft.to_request()
        return Edit.from_dict(
            {
                "kind": kind,
                "prompt": wish.prompt,
                "negative_prompt": wish.negative_prompt,
                "seed": wish.seed,
                **values,
            }
        )

    @Slot(str, object)
    def _on_finished(self, take_id: str, take: Take) -> None:
        before = self._waiting.pop(take_id, None)
        is_shorter = take.duration_s < self._session.transport.duration_s - 1
        if before is not None or (is_shorter and self._session.take is take):
            self._pool.start(lambda: self._open(before, take_id, take))

    @Slot()
    def _on_queue_changed(self) -> None:
        """Let go of takes whose edit nobody can ask for again."""
        left = {entry.entry_id for entry in self._session.queue.entries}
        self._waiting = {name: take for name, take in self._waiting.items() if name in left}

    def _open(self, before: OpenedTake | None, take_id: str, take: Take) -> None:
        """Make the picture of a take, in the pool's thread."""
        self._opened.emit(before, open_take(take_id, take))

    @Slot(object, object)
    def _on_opened(self, before: OpenedTake | None, after: OpenedTake) -> None:
        """Take the place of the take before, unless the person went on to another."""
        if before is None:
            self._cut_off(after)
        elif any(self._session.take is known.take for known in (before, after)):
            self.edited.emit(before, after)


def _place_s(take: Take, edit: Edit) -> float:
    """Where an edit is to be heard, in seconds of the take that came of it."""
    duration_s = take.duration_s
    match edit.kind:
        case EditKind.REGENERATE:
            return min(edit.start_s, duration_s)
        case EditKind.CONTINUE_LEFT:
            return 0.0
        case EditKind.CONTINUE_RIGHT:
            return duration_s - edit.added_s
    return duration_s  # a loop: its end, and over it


Show = Callable[[OpenedTake], None]


class EditStep(QUndoCommand):
    """Shows the take after the edit, or the one before; both are finished, nothing is made anew.

    Args:
        text: What was done, for a menu.
        before: The take as it was.
        after: The take as it is.
        show: Brings a take on stage.
    """

    def __init__(self, text: str, before: OpenedTake, after: OpenedTake, show: Show) -> None:
        super().__init__(text)
        self._before, self._after, self._show = before, after, show

    def redo(self) -> None:
        """Show what came of the edit."""
        self._show(self._after)

    def undo(self) -> None:
        """Show the take before it."""
        self._show(self._before)
