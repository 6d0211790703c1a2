"""Takes the arrangement out: its mix and its stems as sound files, and all of it as a folder."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.arranging.arrangement_commands import ArrangementCommands
from app.arranging.arranger import Arranger
from app.arranging.live_mix import without_missing
from app.prompt_slug import prompt_slug
from app.studio.exports.export_prompt import ExportPrompt
from app.studio.exports.export_worker import ExportWorker, Saved
from app.view_models.drafts.export_draft import TimeRange
from app.views.arrangement.arrangement_texts import ArrangementTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.api.progress import Progress
from core.arrangement.arrangement import Arrangement

_LONGEST_NAME = 60


class ArrangementExport(QObject):
    """Asks how and where, and lets the worker write.

    Args:
        window: Who asks.
        arranger: Knows the sounds.
        commands: Ask for a folder, and for stems.
        worker: Writes in a thread of its own.
        prompt: Asks for settings and places.
        dialogs: Asks for a folder.
    """

    def __init__(
        self,
        window: MainWindow,
        arranger: Arranger,
        commands: ArrangementCommands,
        *,
        worker: ExportWorker,
        prompt: ExportPrompt,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(window)
        self._window, self._arranger = window, arranger
        self._worker, self._prompt, self._dialogs = worker, prompt, dialogs
        self._model, self._shown = window.document.arrangement, window.document.shown
        self._texts = ArrangementTexts(self)
        window.export_requested.connect(self._on_export_requested)
        commands.actions.stems.triggered.connect(self._on_stems_requested)
        commands.save_requested.connect(self._on_save_requested)

    @Slot()
    def _on_export_requested(self) -> None:
        """Export the mix, where the arrangement is on show."""
        arrangement = self._playable
        if self._shown.mix is None or not arrangement.num_samples:
            return
        name = self._texts.title(arrangement)
        job = self._prompt.ask_mix(self._window, name, self._arranger.mix, self._marked_s)
        if job is not None:
            from core.arrangement.mix_export import write_mix  # opens SciPy

            sources, settings, path = self._arranger.sounds.sources, job.settings, job.path

            def write(progress: Progress) -> Saved:
                written = write_mix(path, arrangement, sources, settings, progress)
                return Saved(written.path, written.level, written.clipping)

            self._worker.run(path, write)

    @Slot()
    def _on_stems_requested(self) -> None:
        """Export a file for each track that is heard and has layers."""
        arrangement = self._playable
        name = self._texts.title(arrangement)
        settings = self._prompt.ask_stems(self._window, self._arranger.mix, self._marked_s)
        if settings is None:
            return
        suffix = settings.audio_format.suffix
        title = self.tr("Export the stems into a folder")
        folder = self._dialogs.ask_folder(self._window, title, self._prompt.folder)
        if not folder:
            return
        paths = self._stem_paths(Path(folder), prompt_slug(name, _LONGEST_NAME), suffix)
        if paths and self._may_replace(list(paths.values())):
            from core.arrangement.mix_export import write_stems  # opens SciPy

            sources = self._arranger.sounds.sources

            def write(progress: Progress) -> Saved:
                written = write_stems(paths, arrangement, sources, settings, progress)
                worst = max(written, key=lambda one: one.clipping.num_samples)
                return Saved(Path(folder), worst.level, worst.clipping)

            self._worker.run(Path(folder), write)

    @property
    def _marked_s(self) -> TimeRange | None:
        """The marked stretch, as far as there is sound."""
        range_s, end_s = self._model.range_s, self._model.settled.duration_s
        if range_s is None or range_s[0] >= end_s:
            return None
        return range_s[0], min(range_s[1], end_s)

    @property
    def _playable(self) -> Arrangement:
        """The arrangement without layers whose sounds are not read yet."""
        return without_missing(self._model.settled, self._arranger.sounds.sources)

    def _stem_paths(self, folder: Path, name: str, suffix: str) -> dict[int, Path]:
        """A file for each track, numbered from the top."""
        arrangement, paths = self._model.settled, {}
        used = {one.track_id for one in arrangement.heard_layers}
        for number, track in enumerate(arrangement.tracks, 1):
            if track.track_id in used:
                label = prompt_slug(self._texts.track_name(track, number), _LONGEST_NAME)
                paths[track.track_id] = folder / f"{name or 'tessera'}-{number:02}-{label}{suffix}"
        return paths

    def _may_replace(self, paths: list[Path]) -> bool:
        there = [path.name for path in paths if path.exists()]
        if not there:
            return True
        question = self.tr("Files that are there already: {names}. Replace them?")
        names = ", ".join(there)
        title = self.tr("Replace files")
        return self._dialogs.agree(self._window, title, question.format(names=names))

    @Slot(Path)
    def _on_save_requested(self, folder: Path) -> None:
        """Write the arrangement with all of its sounds."""
        from core.arrangement.arrangement_folder import write_arrangement

        arrangement, sources = self._model.settled, self._arranger.sounds.sources

        def write(progress: Progress) -> Saved:
            write_arrangement(folder, arrangement, sources, progress)
            return Saved(folder)

        self._worker.run(folder, write)
