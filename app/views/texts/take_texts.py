"""Texts about takes and requests: length, age and state."""

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QLocale, QObject

from app.clock_time import clock_text
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.views.texts.units import level_text
from core.api.edit import REMOVED_DB, Edit, EditKind
from core.api.request import GenerationRequest, Level

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


class TakeTexts(QObject):
    """Makes the short texts of the lists."""

    def title(self, request: GenerationRequest) -> str:
        """The prompts on one line, those of edits too."""
        return request.title or self.tr("Without a prompt")

    def caption(self, record: TakeRecord) -> str:
        """A take's last edit and length, whether it is a draft, and its age or what is wrong."""
        match record.place:
            case TakePlace.MISSING:
                state = self.tr("its files are gone")
            case TakePlace.MEMORY:
                state = self.tr("not saved")
            case _:
                state = self.age(record.created_at)
        caption = self.tr("{length} · {state}").format(
            length=self.length(record.duration_s), state=state
        )
        quality = self._quality(record.request)
        return " · ".join((*quality, *map(self.edit, record.request.edits[-1:]), caption))

    def edit(self, edit: Edit) -> str:
        """What an edit has done."""
        added = self.length(edit.added_s)
        match edit.kind:
            case EditKind.CONTINUE_RIGHT:
                return self.tr("continued by {length}").format(length=added)
            case EditKind.CONTINUE_LEFT:
                return self.tr("continued to the left by {length}").format(length=added)
            case EditKind.LOOP:
                return self.tr("made loopable")
            case EditKind.REGENERATE if edit.more_regions:
                return self.tr("{count} stretches regenerated").format(count=len(edit.parts))
            case EditKind.SILENCE:
                return self.tr("{length} of silence inserted").format(length=added)
        return self._stretch(edit)

    def _stretch(self, edit: Edit) -> str:
        """What an edit of samples, or of one region, has done."""
        is_removal = edit.kind is EditKind.GAIN and edit.gain_db <= REMOVED_DB
        sentence = self.tr("removed {start} to {stop}") if is_removal else self._edits()[edit.kind]
        if edit.more_regions:
            sentence += " " + self.tr("and {count} more")
        return sentence.format(
            start=clock_text(edit.start_s, 1),
            stop=clock_text(edit.stop_s, 1),
            gain=level_text(edit.gain_db),
            count=len(edit.more_regions),
        )

    def _edits(self) -> dict[EditKind, str]:
        """What edits of a stretch have done."""
        return {
            EditKind.REGENERATE: self.tr("regenerated {start} to {stop}"),
            EditKind.GAIN: self.tr("{gain} dB from {start} to {stop}"),
            EditKind.NORMALISE: self.tr("normalised {start} to {stop}"),
            EditKind.FADE_IN: self.tr("faded in {start} to {stop}"),
            EditKind.FADE_OUT: self.tr("faded out {start} to {stop}"),
            EditKind.REVERSE: self.tr("reversed {start} to {stop}"),
            EditKind.CUT: self.tr("cut out {start} to {stop}"),
            EditKind.CROP: self.tr("cropped to {start} to {stop}"),
        }

    def settings(self, request: GenerationRequest) -> str:
        """The settings that make it again, or the file of a recording."""
        if request.recording is not None:
            return self.tr("recording: {file}").format(file=request.recording)
        settings = self.tr("{steps} steps · guidance {guidance} · seed {seed}").format(
            steps=request.num_inference_steps,
            guidance=f"{request.guidance_scale:g}",
            seed=request.seed,
        )
        level = request.level
        levels = [] if isinstance(level, Level) else [level_text(level) + " LUFS"]
        if level is Level.UNCHANGED:
            levels.append(self.tr("level as the model makes it"))
        loras = (f"{lora.name} × {lora.weight:g}" for lora in request.loras)
        song = [self.tr("{bpm} beats a minute").format(bpm=request.bpm)] if request.bpm else []
        song += [request.key] if request.key else []
        return " · ".join((settings, *song, *self._quality(request), *levels, *loras))

    def _quality(self, request: GenerationRequest) -> list[str]:
        return [self.tr("draft")] if request.draft else []

    def variation(self, number: int, count: int, request: GenerationRequest) -> str:
        """Which take of a group this is, and what it is made with."""
        sentence = self.tr("Variation {number} of {count}: {title} · {settings}")
        return sentence.format(
            number=number, count=count, title=self.title(request), settings=self.settings(request)
        )

    def labels(self, labels: TakeLabels) -> str:
        """The project and the tags; empty without either."""
        return " · ".join(filter(None, (labels.project, ", ".join(labels.tags))))

    def accessible_text(self, record: TakeRecord) -> str:
        """A take, for screen readers."""
        starred = self.tr("with a star") if record.is_starred else ""
        texts = (self.title(record.request), self.caption(record), starred)
        parts = (*texts, self.labels(record.labels), record.notes)
        return ", ".join(filter(None, parts))

    def entry_caption(self, entry: QueueEntry) -> str:
        """Length and state of a request."""
        match entry.state:
            case EntryState.RUNNING:
                state = self.tr("being made")
            case EntryState.CANCELLED:
                state = self.tr("cancelled")
            case EntryState.FAILED:
                state = entry.sentence or self.tr("failed")
            case _:
                state = self.tr("interrupted") if entry.was_interrupted else self.tr("waiting")
        length = self.length(entry.request.duration_s)
        return self.tr("{length} · {state}").format(
            length=self.tr("without end") if entry.is_endless else length, state=state
        )

    def entry_accessible_text(self, entry: QueueEntry) -> str:
        """A request, for screen readers."""
        return f"{self.title(entry.request)}, {self.entry_caption(entry)}"

    def length(self, duration_s: float) -> str:
        """`10 s`, `2:05`."""
        if duration_s < _MINUTE_S:
            return self.tr("{seconds} s").format(seconds=f"{duration_s:.3g}")
        return clock_text(round(duration_s), 0)

    def age(self, created_at: datetime, now: datetime | None = None) -> str:
        """`just now`, `5 min ago`, `3 h ago`, then the day."""
        seconds = ((now or datetime.now(UTC)) - created_at).total_seconds()
        if seconds < _MINUTE_S:
            return self.tr("just now")
        if seconds < _HOUR_S:
            return self.tr("{n} min ago").format(n=int(seconds / _MINUTE_S))
        if seconds < _DAY_S:
            return self.tr("{n} h ago").format(n=int(seconds / _HOUR_S))
        if seconds < 7 * _DAY_S:
            return self.tr("{n} d ago").format(n=int(seconds / _DAY_S))
        day = created_at.astimezone().date()
        date = QDate(day.year, day.month, day.day)
        return QLocale().toString(date, QLocale.FormatType.ShortFormat)
