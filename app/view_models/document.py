"""The document: every model that views draw, and how they follow each other."""

from PySide6.QtCore import QObject, Slot

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.sound_overviews import SoundOverviews
from app.view_models.drafts.continuation import Continuation
from app.view_models.drafts.engine_draft import EngineDraft
from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.prompt_hint import PromptHint
from app.view_models.drafts.prompt_lane import PromptLane
from app.view_models.drafts.request_draft import RequestDraft
from app.view_models.drafts.request_estimate import EstimateModel
from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.picture.measured_spectrogram import MeasuredSpectrogram
from app.view_models.picture.picture_model import PictureModel
from app.view_models.picture.waveform_model import WaveformModel
from app.view_models.takes.history import HistoryModel
from app.view_models.takes.queue import QueueModel
from app.view_models.takes.run_status import RunStatusModel
from app.view_models.takes.session_state import SessionStateModel
from app.view_models.takes.thumbnails import Thumbnails
from app.view_models.transport.buffer_health import BufferHealth
from app.view_models.transport.clip_lamp import ClipLampModel
from app.view_models.transport.meter_ballistics import LevelMeterModel
from app.view_models.transport.playback import Playback
from app.view_models.transport.scrub import Scrub
from app.view_models.transport.sound_devices import SoundDevicesModel
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.markers import MarkersModel
from app.view_models.viewer.measured_loudness import LoudnessModel
from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel


class Document(QObject):
    """Holds the models; a session fills them.

    Args:
        playback: The sound output.

    Attributes:
        draft, prompt_lane, prompt_hint: What is filled into the panel and not yet asked for.
        continuation: How much a continuation adds.
        engine_draft, estimate: How the engine shall work, and what that is going to need.
        models: Those to choose from.
        queue: What runs, and what waits.
        history, thumbnails: Every take there is, and their pictures.
        state: What the session is doing.
        status: Where the run stands.
        shown: What is on show: the current run, or a finished take.
        markers: Those of the take on show.
        live_preview, spectrogram, colour_scale, selection, tiles, measured, picture, waveform: How
            that is seen.
        arrangement, overviews: Takes in layers, and the pictures of their sounds.
        transport, clip_lamp, level_meter, scrub, devices, buffer: How that is heard.
        loudness: How loud that is.
    """

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.draft = RequestDraft(self)
        self.continuation = Continuation(self)
        self.engine_draft = EngineDraft(self)
        self.models = ModelListModel(self.draft, self)
        self.estimate = EstimateModel(self.draft, self.engine_draft, self.models, self)
        self.prompt_hint = PromptHint(self.draft, self.models, self)
        self.queue = QueueModel(self)
        self.history = HistoryModel(self)
        self.thumbnails = Thumbnails(self)
        self.state = SessionStateModel(self)
        self.status = RunStatusModel(self)
        self.shown = ShownTakeModel(self)
        self.markers = MarkersModel(self.history, self.shown, self)
        self.arrangement = ArrangementModel(self)
        self.overviews = SoundOverviews(self)
        self.live_preview = LivePreviewModel(self)
        self.spectrogram = SpectrogramModel(self)
        self.colour_scale = ColourScaleModel(self.spectrogram, self)
        self.measured = MeasuredSpectrogram(self)
        self.picture = PictureModel(
            self.shown, self.spectrogram, self.measured, self.colour_scale, self
        )
        self.selection = SelectionModel(self.spectrogram, self)
        self.tiles = TileGridModel(self)
        self.transport = TransportModel(playback, self)
        self.waveform = WaveformModel(self.transport, self.shown, self)
        self.clip_lamp = ClipLampModel(self.transport, self)
        self.level_meter = LevelMeterModel(playback, self.transport, self)
        self.loudness = LoudnessModel(self.shown, self.selection, self)
        self.scrub = Scrub(self.transport, self)
        self.devices = SoundDevicesModel(playback, self)
        self.buffer = BufferHealth(playback)
        self.prompt_lane = PromptLane(
            self.draft,
            self.models,
            shown=self.shown,
            spectrogram=self.spectrogram,
            transport=self.transport,
            parent=self,
        )
        self.devices.changed.connect(self.transport.poll)
        self.selection.changed.connect(self._on_selection_changed)
        self.arrangement.range_changed.connect(self._choose_range)
        self.shown.changed.connect(self._choose_range)
        self.transport.heard.connect(self._on_heard)

    @Slot()
    def _on_selection_changed(self) -> None:
        self._choose_range()
        self.transport.choose_band(self.selection.band_hz)

    @Slot()
    def _choose_range(self) -> None:
        """Let loop and playback keep to what is marked of what is on show."""
        marked = self.selection if self.shown.mix is None else self.arrangement
        if marked.range_s != self.transport.range_s:
            self.transport.choose_range(marked.range_s)

    @Slot()
    def _on_heard(self) -> None:
        """Note when the run is first heard; another take says nothing about it."""
        if self.shown.is_of_run:
            self.status.note_heard()
