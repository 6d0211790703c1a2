"""Where a request starts: the queue says whose turn it is, and nothing else starts one."""

from PySide6.QtCore import QObject, Slot

from app.session.engine_to_window import EventDelivery, RunCrossing, RunListener, SoundGate
from app.session.engine_worker import EngineThread
from app.session.viewer_controller import ViewerController
from app.view_models.document import Document
from app.view_models.drafts.endless_settings import EndlessSettings
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.transport.playback import Playback
from core.api.progress import Progress
from core.api.request import EndlessControl


class RequestStarter(QObject):
    """Starts the requests of the queue, one after another. Lives in the window's thread.

    Every change of the queue leads to `start_next`, and so does the end of a run.

    Args:
        document: Whose queue it is.
        viewer: Shows what starts.
        engine: Makes it.
        playback: Plays it.

    Attributes:
        entry: The current request, or the last one; None before the first.
        config: How the engine works on it.
    """

    def __init__(
        self,
        document: Document,
        viewer: ViewerController,
        engine: EngineThread,
        playback: Playback,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._viewer = document, viewer
        self._engine, self._playback = engine, playback
        self._delivery = EventDelivery(viewer.route, self._note_ahead, self)
        self._progress = Progress()
        self.entry: QueueEntry | None = None
        self.config = document.engine_draft.to_config()
        self._endless = EndlessSettings(document.draft, self)
        self._endless.prompt_changed.connect(document.status.note_prompt)
        # Both are called in the engine's thread.
        self._control = EndlessControl(document.buffer.wants_more, self._endless.now)
        document.queue.changed.connect(self.start_next)

    @Slot()
    def start_next(self) -> None:
        """Start the request whose turn it is, if there is one and nothing runs."""
        entry = self._document.queue.next_to_start
        if entry is not None and self._document.state.is_idle:
            self._start(self._document.queue.start(entry.entry_id))

    def cancel(self) -> None:
        """Ask the current run to stop at its next step, tile or chunk."""
        self._progress.cancel()

    def end_run(self) -> None:
        """Deliver the last events of the current run, and let go of it."""
        self._delivery.end()
        self._endless.end()
        self._progress = Progress()  # the old one holds the recording of the run

    def _start(self, entry: QueueEntry) -> None:
        self.entry = entry
        run = RunCrossing(entry, SoundGate(self._playback))
        # `hear` is called in the engine's thread.
        self._progress = Progress(RunListener(run, self._document.buffer).hear)
        self._document.buffer.begin()
        self._delivery.begin(run)
        self._viewer.begin_run(run)
        self._document.status.begin_run(entry.request)
        self._document.state.begin_run(is_endless=entry.is_endless)
        self.config = self._document.engine_draft.to_config()
        self._engine.configure(self.config)
        if entry.is_endless:
            self._endless.begin(entry.request)
        self._engine.run(entry, self._progress, self._control)

    def _note_ahead(self) -> None:
        """Show how far ahead of the ear an endless sound is made."""
        if self._document.state.is_endless:
            buffer = self._document.buffer
            self._document.status.note_ahead(buffer.ahead_s, is_slow=buffer.look())
