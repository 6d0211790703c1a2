"""An engine without networks: emits tiles with the real events, and stops when cancelled.

It speaks as the padded executor does: every tile runs up to each group norm, is parked there,
and is done at the end, when the sound follows in chunks.
"""

import threading
from dataclasses import replace

import numpy as np

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingMode
from core.api.edit import Edit, EditKind
from core.api.errors import NotAgreedError, NotConvertedError
from core.api.estimate import Estimate
from core.api.events import (
    AudioChunk,
    BarrierPassed,
    DenoisingStep,
    Stage,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
    TileState,
)
from core.api.progress import Progress
from core.api.region import Region, Span
from core.api.request import EndlessControl, GenerationRequest
from core.api.take import Take
from core.editing.sample_edits import edit_samples
from core.mel_scale import MelParams

PARAMS = MelParams()


class FakeEngine:
    """Generates silence with a tone in it.

    Args:
        error: Raised in place of decoding; a NotAgreedError until there is consent.
        tile_frames: Length of a tile.
        pace_s: Seconds that each piece of work takes.
    """

    def __init__(
        self,
        *,
        error: Exception | None = None,
        tile_frames: int = 200,
        num_barriers: int = 3,
        pace_s: float = 0.0,
    ) -> None:
        self.error = error
        self.requests: list[GenerationRequest] = []
        self.configs: list[EngineConfig] = []
        self.edits: list[Edit] = []
        self.loaded: list[str] = []
        self.fetched: list[str] = []
        self.in_the_middle = threading.Event()
        self.is_loading = threading.Event()
        self._load_gate = threading.Event()
        self._load_gate.set()
        self._gate = threading.Event()
        self._gate.set()
        self.form = PARAMS.sample_rate, 1
        self.is_closed = False
        self._tile_frames = tile_frames
        self._num_barriers = num_barriers
        self._pace_s = pace_s

    def shut_gate(self) -> None:
        """Keep the next runs in the middle of decoding, until the gate opens or they end."""
        self.in_the_middle.clear()
        self._gate.clear()

    def open_gate(self) -> None:
        """Let them go on."""
        self._gate.set()

    def load_slowly(self) -> None:
        """Let the next model load until the loading is cancelled."""
        self._load_gate.clear()

    def close(self) -> None:
        """Note that the thread ends."""
        self.is_closed = True

    def device_names(self) -> tuple[str, ...]:
        """A machine with one processor and one card."""
        return ("cuda", "cpu")

    def configure(self, config: EngineConfig) -> None:
        """Note how the work is to be done."""
        if self.configs[-1:] != [config]:
            self.configs.append(config)

    def estimate(self, request: GenerationRequest) -> Estimate | None:
        """Say something about a loaded model that depends on the length."""
        if request.model not in self.loaded:
            return None
        return Estimate(
            model=request.model,
            mode=TilingMode.EXACT,
            device="cpu",
            precision="float32",
            networks_bytes=1_000_000_000,
            libraries_bytes=0,
            working_bytes=round(request.duration_s * 20_000_000),
            result_bytes=0,
            explanation="Exact, one piece.",
            num_devices=1 + len(self.configs[-1].other_devices),
        )

    def load(self, source: str, progress: Progress) -> None:
        """Note which model is wanted."""
        self.is_loading.set()
        progress.check_cancelled()
        while not self._load_gate.wait(0.005):
            progress.check_cancelled()
        self.loaded.append(source)

    def fetch(self, source: str, progress: Progress) -> None:
        """Note that there is consent."""
        self.fetched.append(source)
        self.error = None

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Carry out one request."""
        self.requests.append(request)
        if isinstance(self.error, NotAgreedError | NotConvertedError):
            raise self.error
        with progress.stage(Stage.DENOISING):
            self._denoise(request, progress)
        if self.error is not None:
            raise self.error
        rate, channels = self.form
        num_samples = round(request.duration_s * rate)
        mel = self.mel(-(-num_samples * PARAMS.sample_rate // (PARAMS.hop_length * rate)))
        waveform = self.waveform(num_samples)
        if channels > 1:
            waveform = np.stack([waveform, *[-waveform] * (channels - 1)], axis=1)
        with progress.stage(Stage.DECODING):
            self._lay_tiles(mel, progress)
            self._play_out(waveform, progress)
        latents = np.zeros((8, -(-len(mel) // 4), 16), np.float32)
        return Take(
            request=request,
            sample_rate=rate,
            waveform=waveform,
            mel=mel,
            latents=latents,
        )

    def record_endless(
        self,
        request: GenerationRequest,
        progress: Progress,
        control: EndlessControl,
    ) -> Take:
        """Give a tone, five seconds at a time, until it is cancelled."""
        self.requests.append(request)
        self.wanted: list[GenerationRequest] = []
        piece, pieces = self.waveform(5 * PARAMS.sample_rate), 0
        while not progress.cancelled:
            if control.wants_more():
                assert control.request_now is not None
                self.wanted.append(control.request_now())
                progress.emit(AudioChunk(pieces * piece.size, piece))
                pieces += 1
            threading.Event().wait(0.001)
        waveform = np.tile(piece, pieces)
        mel = self.mel(waveform.size // PARAMS.hop_length)
        done = replace(request, duration_s=waveform.size / PARAMS.sample_rate)
        return Take(request=done, sample_rate=PARAMS.sample_rate, waveform=waveform, mel=mel)

    @property
    def prompts(self) -> list[str]:
        """What the stretches of the last endless run were made to."""
        return [request.prompt for request in self.wanted]

    def edit(self, take: Take, edit: Edit, progress: Progress) -> Take:
        """Turn the sound around, and make it longer where the edit says so.

        Samples are edited as by the engine.
        """
        self.edits.append(edit)
        if edit.kind.is_of_samples:
            return edit_samples(take, edit, PARAMS).with_markers_after(take, edit)
        with progress.stage(Stage.DENOISING):
            self._denoise(take.request, progress, _edited_frames(take, edit))
            self._wait_at_gate(progress)
        if self.error is not None:
            raise self.error
        waveform = np.resize(
            -take.waveform, take.waveform.size + round(edit.added_s * take.sample_rate)
        )
        mel = self.mel(-(-waveform.size // PARAMS.hop_length))
        request = replace(take.request, edits=(*take.request.edits, edit))
        edited = replace(take, request=request, waveform=waveform, mel=mel)
        return edited.with_markers_after(take, edit)

    def mel(self, num_frames: int) -> FloatArray:
        """The whole spectrogram, (T, F)."""
        mel = np.full((num_frames, PARAMS.n_mels), -9.0, np.float32)
        mel[:, 20:22] = 0.0
        return mel

    def waveform(self, num_samples: int) -> FloatArray:
        """The sound, (n,)."""
        return np.sin(np.arange(num_samples, dtype=np.float32) * 0.2) * np.float32(0.5)

    def _denoise(
        self, request: GenerationRequest, progress: Progress, frames: Span | None = None
    ) -> None:
        latents, steps = np.zeros((8, 16, 16), np.float32), request.num_inference_steps
        preview = None if frames is None else self.mel(frames.length)
        for step in range(1, steps + 1):
            self._work(progress)
            progress.emit(DenoisingStep(step, steps, latents, preview=preview, frames=frames))
        if frames is not None:
            tile = Region(frames, Span(0, PARAMS.n_mels))
            progress.emit(TilePlanned(TilingMode.EXACT, (tile,), (tile,), "Exact"))
            progress.emit(TileDecoded(0, tile, self.mel(frames.length) + 1))

    def _lay_tiles(self, mel: FloatArray, progress: Progress) -> None:
        bins = Span(0, mel.shape[1])
        edges = range(0, len(mel), self._tile_frames)
        spans = [Span(start, min(start + self._tile_frames, len(mel))) for start in edges]
        tiles = tuple(Region(span, bins) for span in spans)
        whole = Span(0, len(mel))
        padded = tuple(Region(span.expand(44, 44, whole), bins) for span in spans)
        progress.emit(TilePlanned(TilingMode.PADDED, tiles, padded, f"Padded: {len(tiles)} tiles"))
        for barrier in range(1, self._num_barriers + 1):
            for index in self._zigzag(barrier, len(tiles)):
                self._advance(progress, index, barrier, TileState.RUNNING)
                self._work(progress)
                self._advance(progress, index, barrier, TileState.PARKED)
            progress.emit(BarrierPassed(barrier, self._num_barriers, "norm"))
            self._wait_at_gate(progress)
        for index, region in enumerate(tiles):
            self._advance(progress, index, self._num_barriers, TileState.RUNNING)
            self._work(progress)
            progress.emit(TileDecoded(index, region, mel[region.time.slice]))

    def _zigzag(self, barrier: int, num_tiles: int) -> list[int]:
        forward = list(range(num_tiles))
        return forward if barrier % 2 else forward[::-1]

    def _advance(self, progress: Progress, index: int, barrier: int, state: TileState) -> None:
        num_tasks = self._num_barriers + 1
        progress.emit(TileAdvanced(index, state, barrier, num_tasks, "conv", "cpu"))

    def _play_out(self, waveform: FloatArray, progress: Progress) -> None:
        rate, _ = self.form
        for start in range(0, len(waveform), rate):
            progress.check_cancelled()
            progress.emit(AudioChunk(start, waveform[start : start + rate], rate))

    def _work(self, progress: Progress) -> None:
        progress.check_cancelled()
        if self._pace_s:
            threading.Event().wait(self._pace_s)

    def _wait_at_gate(self, progress: Progress) -> None:
        """Stay here until the gate opens or the run is cancelled."""
        self.in_the_middle.set()
        while not self._gate.wait(0.005):
            progress.check_cancelled()


def _edited_frames(take: Take, edit: Edit) -> Span | None:
    """Where an edit takes place; None where it is not in one piece."""
    rate, num_frames = PARAMS.frames_per_second, len(take.mel)
    match edit.kind:
        case EditKind.REGENERATE:
            return Span(round(edit.start_s * rate), round(edit.stop_s * rate))
        case EditKind.CONTINUE_RIGHT:
            return Span(num_frames, num_frames + round(edit.added_s * rate))
    return None
