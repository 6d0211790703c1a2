"""The table of contents: a request becomes conditioning, latents, log-mel, waveform."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from core.api.config import EngineConfig
from core.api.edit import Edit
from core.api.errors import DeviceLostError, NonFiniteError, release_frames
from core.api.estimate import Estimate
from core.api.events import Notice, RunExpected, Stage
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.diffusion.latent_clip import LatentClip
from core.diffusion.prompts import num_latent_frames
from core.diffusion.run_checkpoint import RunCheckpoint, identity_of
from core.editing.editor import apply_edit
from core.models.loader import fetch_model, load_model
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.decoding import Unscaled, decode
from core.pipeline.endless import EndlessStretch, passages, plan_window
from core.pipeline.endless_take import listen
from core.pipeline.forecast import expected_s, forecast, tiling_for
from core.pipeline.latent_preview import LatentPreview, fit_preview, learn_from_take
from core.pipeline.latents import make_latents
from core.pipeline.resources import check_room, spooled_bytes
from core.runtime.device import choose_device, choose_dtype, device_names, unusable_devices
from core.runtime.device_errors import (
    is_device_lost,
    is_out_of_memory,
    memory_errors_as,
)
from core.runtime.host_memory import release_free_memory, return_large_blocks

LONG_S = 60.0  # longer runs are planned aloud, and kept while they are not finished
_Wanted = tuple[str, torch.device, torch.dtype]


class Engine:
    """Makes takes. Keeps the last model loaded; use one engine from one thread at a time.

    Args:
        config: How to work; `configure` changes it.
        unfinished_folder: Where long runs keep what they have done, so that the same request goes
            on from there after any end; whoever keeps the take discards it. None = nowhere.
        previews: Whether denoising steps carry a cheap guess of the log-mel they lead to. The map
            it takes is fitted when a model is loaded, at the cost of decoding a few seconds.
    """

    def __init__(
        self,
        config: EngineConfig | None = None,
        unfinished_folder: Path | None = None,
        *,
        previews: bool = False,
    ) -> None:
        return_large_blocks()
        self._unfinished_folder = unfinished_folder
        self._previews = previews
        self._preview: LatentPreview | None = None
        self._loaded: tuple[_Wanted, TextToAudioModel] | None = None
        self.configure(config or EngineConfig())

    def configure(self, config: EngineConfig) -> None:
        """Work in another way from the next run on.

        The model stays in memory; where it has to be on another device or in another precision,
        the next run loads it anew.

        Raises:
            InvalidRequestError: This machine has no such device, or it cannot work in the wished
                precision; the engine stays as it was.
        """
        device = choose_device(config.device)
        dtype = choose_dtype(device, config.precision)
        if config.tiling.compute_dtype is not None:
            choose_dtype(device, config.tiling.compute_dtype)
        self._dtype = dtype
        self.config, self._device = config, device

    def estimate(self, request: GenerationRequest) -> Estimate | None:
        """What a request will need; None while its model is not in memory as it has to be.

        Raises:
            InvalidRequestError: A tile size does not fit the model.
            DeviceMemoryError: Nothing fits in the memory budget.
        """
        if self._loaded is None or self._loaded[0] != self._wanted(request.model):
            return None
        model = self._loaded[1]
        num_frames = num_latent_frames(model, request.duration_s)
        return forecast(model, request, num_frames, self.config)

    def device_names(self) -> tuple[str, ...]:
        """The devices there are to choose from."""
        return device_names()

    def load(self, source: str, progress: Progress) -> TextToAudioModel:
        """The model named `source`, from memory if it was the last one used.

        Raises:
            ModelLoadError: It is missing, incomplete, damaged or not supported.
        """
        if self._loaded is None or self._loaded[0] != self._wanted(source):
            self._loaded = None  # let go of the last one before the next takes its place
            if self.config.device == "auto" and self._device.type == "cpu":
                for sentence in unusable_devices():
                    progress.emit(Notice(sentence))
            with progress.stage(Stage.LOADING):
                model = load_model(
                    source, device=self._device, dtype=self._dtype, progress=progress
                )
                self._preview = _fitted_preview(model) if self._previews else None
            self._loaded = (self._wanted(source), model)
        return self._loaded[1]

    def _wanted(self, source: str) -> _Wanted:
        """A model as it has to be in memory."""
        return source, self._device, self._dtype

    def fetch(self, source: str, progress: Progress) -> None:
        """Download the hub model `source`, whose size and licence a person has agreed to.

        Does nothing where the model is on this machine already.

        Raises:
            ModelLoadError: The hub has no such model, cannot be reached, or the disk is full.
            Cancelled: What has arrived is kept, and the next call goes on from there.
        """
        fetch_model(source, progress)

    @torch.inference_mode()
    def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Take:
        """Carry out one request.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: The run was cancelled through `progress`.
        """
        progress = progress or Progress()
        check_room(request)
        with self._errors_told(f"{request.duration_s:g} s of sound", "Ask for a shorter sound"):
            model = self.load(request.model, progress)
            self.estimate(request)  # what does not fit is told before any work
            self._tell_expectation(model, request, progress)
            unfinished = self._unfinished(request)
            clip = make_latents(
                model,
                request,
                self.config,
                unfinished=unfinished,
                preview=self._preview,
                progress=progress,
            )
            take = self._decode(model, replace(request, edits=()), clip, progress)
        for edit in request.edits:
            take = self.edit(take, edit, progress)
        return replace(take, checkpoint=unfinished)

    @torch.inference_mode()
    def edit(self, take: Take, edit: Edit, progress: Progress | None = None) -> Take:
        """Make a part of a take anew, make it longer, or let its end flow into its beginning.

        Works on the take's latents. Latents, log-mel and samples beyond the part and its fades
        stay as they are, bit for bit; the given take itself is left alone.

        Returns:
            Another take, whose request has this edit after those it had.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: The run was cancelled through `progress`.
        """
        progress = progress or Progress()
        with self._errors_told("This edit", "Choose a shorter part"):
            model = self.load(take.request.model, progress)
            edited = apply_edit(
                model,
                take,
                edit,
                config=self.config,
                progress=progress,
                preview=self._preview,
            )
        if not np.isfinite(edited.waveform).all():
            raise NonFiniteError("vocoder")
        return edited

    def endless(
        self, request: GenerationRequest, progress: Progress | None = None
    ) -> Iterator[EndlessStretch]:
        """Make sound to the request's prompt without an end, a passage whenever one is asked for.

        `duration_s` does not count. Memory does not grow.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: The run was cancelled through `progress`.
        """
        progress = progress or Progress()
        with self._errors_told("Endless sound", "Choose a smaller model"):
            model = self.load(request.model, progress)
            yield from passages(model, request, tiling=self.config.tiling, progress=progress)

    def listen(
        self, request: GenerationRequest, progress: Progress, wants_more: Callable[[], bool]
    ) -> Take:
        """Make sound without an end for somebody who listens, and keep what there was.

        Args:
            request: Its prompt and settings; `duration_s` does not count.
            progress: Hears the sound as it comes; its wish to cancel ends the sound well.
            wants_more: Whether the next passage should be made already.

        Returns:
            What came until the end, whose request says how long that was.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: Nothing had come yet.
        """
        with self._errors_told("Endless sound", "Choose a smaller model"):
            model = self.load(request.model, progress)
        plan = plan_window(model, self.config.tiling)  # what does not fit is told before any work
        rate = model.vocoder.sampling_rate
        heard = listen(
            model,
            self.endless(request, progress),
            wants_more=wants_more,
            progress=progress,
        )
        return Take(
            request=replace(request, duration_s=len(heard.waveform) / rate, segments=()),
            config=self.config,
            plan=plan.explanation,
            mode=plan.mode,
            sample_rate=rate,
            waveform=heard.waveform,
            mel=heard.mel,
            latents=heard.latents,
        )

    @contextmanager
    def _errors_told(self, what: str, remedy: str) -> Iterator[None]:
        """Turn errors of the device into sentences; a model on a lost device is dropped.

        Args:
            what: What does not fit where memory runs out.
            remedy: What to do about it.
        """
        where = f"into the memory of {self._device}"
        sentence = f"{what} did not fit {where}. {remedy}, or close other programs."
        try:
            with memory_errors_as(sentence):
                yield
        except RuntimeError as error:
            if not is_device_lost(error):
                raise
            release_frames(error)
            self._loaded = self._preview = None
            raise DeviceLostError(str(self._device)) from error

    def _tell_expectation(
        self, model: TextToAudioModel, request: GenerationRequest, progress: Progress
    ) -> None:
        """Say beforehand what a long run will take."""
        if request.duration_s > LONG_S:
            seconds = expected_s(model, request, self.config, progress)
            progress.emit(RunExpected(request.duration_s, seconds, spooled_bytes(request)))
            release_free_memory()

    def _unfinished(self, request: GenerationRequest) -> RunCheckpoint | None:
        """Where a long run is kept; a short one is made anew sooner than looked for."""
        if self._unfinished_folder is None or request.duration_s <= LONG_S:
            return None
        identity = identity_of(request, self.config, self._device, self._dtype)
        return RunCheckpoint.of(self._unfinished_folder, identity)

    def _decode(
        self,
        model: TextToAudioModel,
        request: GenerationRequest,
        clip: LatentClip,
        progress: Progress,
    ) -> Take:
        kept = clip.mapped()
        release_free_memory()
        with progress.stage(Stage.DECODING):
            rendering = decode(
                model,
                Unscaled(clip, model.scaling_factor),
                round(request.duration_s * model.vocoder.sampling_rate),
                tiling=tiling_for(model, clip.shape[2], self.config),
                progress=progress,
            )
        if self._preview is not None:
            learn_from_take(self._preview, torch.from_numpy(kept)[None], rendering.mel)
        return Take(
            request=request,
            config=self.config,
            plan=rendering.plan.explanation,
            mode=rendering.plan.mode,
            sample_rate=model.vocoder.sampling_rate,
            waveform=rendering.waveform,
            mel=rendering.mel,
            latents=kept,
        )


def _fitted_preview(model: TextToAudioModel) -> LatentPreview | None:
    """The map for previews; None where the memory left beside the model is too small for it."""
    try:
        return fit_preview(model)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        return None
