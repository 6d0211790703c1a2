"""What is on show: a run while it is made, a finished take, a sound to start from, or a mix."""

from PySide6.QtCore import QObject, Signal

from app.view_models.transport.playback import MixedSound
from app.view_models.viewer.opened_source import OpenedSource
from app.view_models.viewer.opened_take import OpenedTake
from core.api.request import GenerationRequest
from core.api.take import Take


class ShownTakeModel(QObject):
    """Says what the viewer shows.

    Signals:
        changed: Something else is shown, or the run that is shown ended.
        edit_placed: An edit is made over the take, from and to in seconds of the clip.

    Attributes:
        take_id: Names the take, or the run that will become it; empty before the first run,
            for a source, and for a mix.
        request: What is shown was asked for so; None before the first run.
        take: The finished take that is shown; None while it is made.
        source: The sound to start from that is shown; None for anything else.
        mix: The mix of the arrangement that is shown; None for anything else.
        is_of_run: Whether it came on show as a run, which may have ended since.
        shows_run: Whether the current run is shown.
        compared: The take that was shown before this one; None = there was none.
    """

    changed = Signal()
    edit_placed = Signal(float, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.take_id = ""
        self.request: GenerationRequest | None = None
        self.take: Take | None = None
        self.source: OpenedSource | None = None
        self.mix: MixedSound | None = None
        self.shows_run = self.is_of_run = False
        self.compared: OpenedTake | None = None

    @property
    def can_compare(self) -> bool:
        """Whether the take that was shown before this one can be compared with it."""
        return self.compared is not None and self.source is None and self.mix is None

    def show_run(self, take_id: str, request: GenerationRequest) -> None:
        """The current run comes on show."""
        self._show(take_id, request, is_run=True)

    def show_take(self, opened: OpenedTake) -> None:
        """A finished take comes on show."""
        self._show(opened.take_id, opened.take.request, take=opened.take)

    def show_source(self, source: OpenedSource) -> None:
        """A sound to start from comes on show."""
        self._show(source=source)

    def show_mix(self, mix: MixedSound) -> None:
        """An arrangement comes on show."""
        self._show(mix=mix)

    def clear(self) -> None:
        """Nothing is on show."""
        self._show()

    def _show(
        self,
        take_id: str = "",
        request: GenerationRequest | None = None,
        *,
        take: Take | None = None,
        source: OpenedSource | None = None,
        mix: MixedSound | None = None,
        is_run: bool = False,
    ) -> None:
        self.take_id, self.request, self.take, self.source = take_id, request, take, source
        self.mix = mix
        self.shows_run = self.is_of_run = is_run
        self.changed.emit()

    def finish_run(self, take: Take | None) -> None:
        """The run that is shown ended, with a take or without."""
        self.take, self.shows_run = take, False
        if take is not None:
            self.request = take.request  # an endless one learns its length and prompts at its end
        self.changed.emit()
