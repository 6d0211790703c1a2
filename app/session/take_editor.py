"""Edits of the take on show: they run as requests do, and each becomes a step of the undo stack."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot
from PySide6.QtGui import QUndoCommand

from app.session.session import Session
from app.session.viewer_controller import ViewerController
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.opened_take import OpenedTake, open_take
from app.view_models.viewer.selection import Selection
from core.api.edit import Edit, EditKind, EditRegion, gaps_between, joined_regions
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.api.take import Take
from core.editing.effect import check_effect

_OF_MODEL = (
    *("model", "loras", "num_inference_steps", "guidance_scale", "scheduler", "draft"),
    *("lyrics", "lyrics_language", "bpm", "key", "beats"),
)
_RUN_UP_S = 1.0  # of the sound before an edit, to hear whether it fits


class TakeEditor(QObject):
    """Edits what a session shows, with the prompt and seed of its draft.

    Args:
        session: Whose takes are edited.

    Signals:
        changed: Whether the take on show can be edited now, and whether a selected part of it
            can be regenerated.
        derived: A take, by its name in the history, came of an edit of another one.
    """

    changed = Signal(bool, bool)
    derived = Signal(str, str)
    _opened = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._document = session, session.document
        self._shown, self._stack = session.document.shown, session.undo.stack
        self._waiting: dict[str, OpenedTake] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._opened.connect(self._on_opened)
        session.finished.connect(self._on_finished)
        self._document.queue.changed.connect(self._on_queue_changed)
        self._shown.changed.connect(self._on_changed)
        self._document.selection.changed.connect(self._on_changed)
        self._document.state.changed.connect(self._on_changed)

    @property
    def can_edit(self) -> bool:
        """Whether a take is on show."""
        return self._shown.take is not None and not self._document.state.is_over

    @property
    def can_regenerate(self) -> bool:
        """Whether a part of it is selected."""
        return self.can_edit and bool(self._document.selection.regions)

    @Slot()
    def regenerate(self) -> None:
        """Generate what is selected again."""
        if self._document.selection.regions:
            regions = [*map(_as_region, self._document.selection.regions)]
            self._start_in(regions, EditKind.REGENERATE)

    @Slot()
    def continue_right(self) -> None:
        """Let the sound go on."""
        self._start(EditKind.CONTINUE_RIGHT, added_s=self._document.continuation.added_s)

    @Slot()
    def continue_left(self) -> None:
        """Let the sound begin earlier."""
        self._start(EditKind.CONTINUE_LEFT, added_s=self._document.continuation.added_s)

    @Slot()
    def make_loop(self) -> None:
        """Let the end flow into the beginning."""
        self._start(EditKind.LOOP)

    @Slot(EditKind, float)
    def edit_samples(self, kind: EditKind, amount: float) -> None:
        """Change the samples of all that is selected, or of everything.

        Silence is inserted where each region begins, or at the play head.

        Args:
            kind: The kind of edit.
            amount: Its gain in decibels; of silence its seconds.
        """
        regions, transport = self._document.selection.regions, self._document.transport
        if kind is EditKind.SILENCE:
            places_s = sorted({one.start_s for one in regions}) or [transport.position_s]
            places = [EditRegion(start_s=place_s, stop_s=place_s) for place_s in places_s]
            self._start_in(places, kind, amount)
            return
        chosen = regions or (Selection(0.0, transport.duration_s),)
        if kind is not EditKind.GAIN:
            chosen = tuple(replace(one, band_hz=None) for one in chosen)
        joined = joined_regions(map(_as_region, chosen))
        if kind is EditKind.CROP and len(joined) > 1:
            kind, joined = EditKind.CUT, gaps_between(joined, transport.duration_s)
        self._start_in(joined, kind, amount)

    def wait(self) -> None:
        """Wait for what is being opened; for the end of the process."""
        self._pool.waitForDone()

    def _start_in(
        self, regions: Sequence[EditRegion], kind: EditKind, amount: float | None = None
    ) -> None:
        """Start an edit of regions, with its gain in decibels or its seconds."""
        first, *others = regions
        values = asdict(first) | {"more_regions": others}
        if amount is not None:
            values["added_s" if kind is EditKind.SILENCE else "gain_db"] = amount
        self._start(kind, **values)

    def _start(self, kind: EditKind, **values: Any) -> None:
        before = self._session.viewer.opened
        if before is None or not self.can_edit:
            return
        try:
            drafted = self._document.draft.to_request()
            take = _with_drafted_model(before.take, drafted)
            take = replace(take, markers=self._document.markers.current)
            edit = _drafted_edit(drafted, take.request, kind, **values)
            check_effect(edit, take.duration_s, self._highest_hz(take, kind))
        except InvalidRequestError as error:
            self._session.reject(error)
            return
        entry = self._session.revise(take, edit)
        if entry is not None:
            self._waiting[entry.entry_id] = before

    def _highest_hz(self, take: Take, kind: EditKind) -> float:
        """The highest frequency that an edit can change."""
        nyquist_hz = take.sample_rate / 2
        of_model = self._document.spectrogram.params.fmax
        return nyquist_hz if kind.is_of_samples else min(nyquist_hz, of_model)

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit(self.can_edit, self.can_regenerate)

    @Slot(str, object)
    def _on_finished(self, take_id: str, take: Take) -> None:
        """Open a take that came of an edit, or that is shorter than there was room for."""
        before = self._waiting.pop(take_id, None)
        if before is not None:
            self.derived.emit(take_id, before.take_id)
        is_shorter = take.duration_s < self._document.transport.duration_s - 1
        if before is not None or (is_shorter and self._shown.take is take):
            self._pool.start(lambda: self._open(before, take_id, take))

    @Slot()
    def _on_queue_changed(self) -> None:
        """Drop takes whose edit cannot be retried any more."""
        left = {entry.entry_id for entry in self._document.queue.entries}
        self._waiting = {name: take for name, take in self._waiting.items() if name in left}

    def _open(self, before: OpenedTake | None, take_id: str, take: Take) -> None:
        """Make the picture of a take, in the pool's thread; the signal crosses to the window's."""
        self._opened.emit(before, open_take(take_id, take))

    @Slot(object, object)
    def _on_opened(self, before: OpenedTake | None, after: OpenedTake) -> None:
        """Take the place of the take before, unless the person went on to another."""
        if before is None:
            if self._shown.take is after.take:
                self._session.viewer.exchange(after)  # the same take, as long as it became
        elif any(self._shown.take is known.take for known in (before, after)):
            viewer, transport = self._session.viewer, self._document.transport
            self._stack.push(_EditStep(before, after, viewer, transport))  # and so it is shown


class _EditStep(QUndoCommand):
    """Shows the take after an edit, or the one before; both are finished and stay as they are."""

    def __init__(
        self,
        before: OpenedTake,
        after: OpenedTake,
        viewer: ViewerController,
        transport: TransportModel,
    ) -> None:
        super().__init__()
        self._before, self._after = before, after
        self._viewer, self._transport = viewer, transport
        self._is_new = True

    def redo(self) -> None:
        """Show what came of the edit; only when it is new may that be heard by itself."""
        self._show(self._after, quietly=not self._is_new)
        self._is_new = False

    def undo(self) -> None:
        """Show the take before it."""
        self._show(self._before, quietly=True)

    def _show(self, opened: OpenedTake, *, quietly: bool) -> None:
        """Show a take, a little before the place of the edit."""
        edit = self._after.take.request.edits[-1]
        self._viewer.show(opened, quietly=quietly)
        self._transport.seek(max(0.0, _place_s(opened.take, edit) - _RUN_UP_S))


def _as_region(selection: Selection) -> EditRegion:
    """What is selected, as a region of an edit."""
    low_hz, high_hz = selection.band_hz or (0.0, None)
    return EditRegion(
        start_s=selection.start_s, stop_s=selection.stop_s, low_hz=low_hz, high_hz=high_hz
    )


def _with_drafted_model(take: Take, drafted: GenerationRequest) -> Take:
    """A recording, to be edited by the draft's model and settings; any other take as it is."""
    if take.request.recording is None:
        return take
    settings = {field: getattr(drafted, field) for field in _OF_MODEL}
    return replace(take, request=replace(take.request, **settings))


def _drafted_edit(
    drafted: GenerationRequest, edited: GenerationRequest, kind: EditKind, **values: Any
) -> Edit:
    """An edit; one by a model has the texts and the seed of the draft.

    Only takes that speak get what is spoken. The draft's model may be another than the take's.
    """
    of_draft = {
        "prompt": drafted.prompt,
        "negative_prompt": drafted.negative_prompt,
        "transcription": drafted.transcription if edited.transcription else "",
        "seed": drafted.seed,
    }
    return Edit.from_dict({"kind": kind, **({} if kind.is_of_samples else of_draft), **values})


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
        case EditKind.CROP:
            return 0.0
        case kind if kind.is_of_samples:
            return min(edit.start_s, duration_s)
    return duration_s  # a loop: its end, and over it
