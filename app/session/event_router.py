"""Which model hears which event of the engine."""

from dataclasses import replace

from app.session.engine_to_window import AudioArrived
from app.view_models.takes.run_status import RunStatusModel
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from core.api.events import (
    BarrierPassed,
    BytesReceived,
    DenoisingStep,
    Event,
    Notice,
    Stage,
    StageFinished,
    StageStarted,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
)
from core.api.request import GenerationRequest


class EventRouter:
    """Gives every event to the models it concerns. Lives in the window's thread."""

    def __init__(
        self,
        live_preview: LivePreviewModel,
        spectrogram: SpectrogramModel,
        tiles: TileGridModel,
        status: RunStatusModel,
        transport: TransportModel,
    ) -> None:
        self._live_preview = live_preview
        self._spectrogram = spectrogram
        self._tiles = tiles
        self._status = status
        self._transport = transport

    def route(self, event: Event) -> None:
        """Show an event of a run that is on show."""
        match event:
            case StageStarted():
                self._status.begin_stage(event.stage)
            case StageFinished():
                self._status.finish_stage(event)
                if event.stage is Stage.ENCODING:
                    self._tiles.clear()
            case BytesReceived():
                self._status.note_bytes(event)
            case DenoisingStep():
                self._status.note_step(event)
                self._live_preview.show(event)
            case TilePlanned():
                self._tiles.plan(self._on_screen(event))
            case TileAdvanced():
                self._tiles.advance(event)
                self._note_tiles()
            case BarrierPassed():
                self._tiles.pass_barrier(event)
            case TileDecoded():
                self._make_room(event.region.time.stop)
                self._spectrogram.write(event.region, event.mel)
                self._tiles.finish(event.tile)
                self._note_tiles()
            case AudioArrived():
                self._transport.note_available(event.stop_s)
                self._note_tiles()
            case Notice():
                self._status.note_notice(event.sentence)

    def _make_room(self, num_frames: int) -> None:
        """Make the picture as long as the sound, which grows where its end is not known."""
        if self._transport.grows:
            needed_s = num_frames / self._spectrogram.params.frames_per_second
            self._spectrogram.make_room(max(self._transport.duration_s, needed_s))

    def route_behind(self, event: Event, request: GenerationRequest) -> None:
        """Show only how far the run of `request` is: another take is on show."""
        match event:
            case StageStarted():
                self._status.begin_stage(event.stage)
            case StageFinished():
                self._status.finish_stage(event)
            case BytesReceived():
                self._status.note_bytes(event)
            case DenoisingStep():
                self._status.note_step(event)
            case AudioArrived():
                fraction = event.stop_s / request.duration_s
                self._status.note_fraction(min(fraction, 1.0))
            case Notice():
                self._status.note_notice(event.sentence)

    def route_edit(self, event: Event, request: GenerationRequest) -> None:
        """Show an event of an edit, which is drawn over the picture of the take on show."""
        self.route_behind(event, request)
        match event:
            case DenoisingStep() if event.frames is not None:
                self._live_preview.show(event)
            case TilePlanned():
                self._tiles.plan(self._on_screen(event))
            case TileAdvanced():
                self._tiles.advance(event)
            case BarrierPassed():
                self._tiles.pass_barrier(event)
            case TileDecoded():
                self._spectrogram.write(event.region, event.mel)

    def _on_screen(self, plan: TilePlanned) -> TilePlanned:
        """The plan in frames of the picture: those of an encoder are in latent frames."""
        height = max((region.bins.stop for region in plan.tiles), default=1)
        factor = max(1, self._spectrogram.params.n_mels // height)
        return replace(
            plan,
            tiles=tuple(region.scale(factor) for region in plan.tiles),
            padded=tuple(region.scale(factor) for region in plan.padded),
        )

    def _note_tiles(self) -> None:
        """Decoding is half tiles, half sound: tiles are vocoded as they come."""
        audible = self._transport.available_s / (self._transport.duration_s or 1.0)
        if self._status.stage is Stage.ENCODING:
            self._status.note_fraction(self._tiles.fraction)
        elif self._status.stage is Stage.DECODING:
            self._status.note_fraction((self._tiles.fraction + audible) / 2)
        elif self._status.stage is Stage.VOCODING:
            self._status.note_fraction(audible)
