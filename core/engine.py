"""The engine: a request becomes conditioning, latents, log-mel and waveform."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from core.api.config import EngineConfig, Precision
from core.api.edit import Edit
from core.api.errors import DeviceLostError, release_frames
from core.api.estimate import Estimate
from core.api.events import Notice, Stage
from core.api.lora import Lora
from core.api.progress import Progress
from core.api.request import EndlessControl, GenerationRequest
from core.api.take import Take
from core.diffusion.prompts import check_request
from core.diffusion.run_checkpoint import RunCheckpoint, identity_of
from core.editing.editor import apply_edit
from core.editing.sample_edits import edit_samples
from core.models.loader import fetch_model, load_model
from core.models.lora.adapter_file import lora_states
from core.models.text_to_audio_model import TextToAudioModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.decoding import decoder_of
from core.pipeline.endless import EndlessStretch, endless_stretches, plan_window
from core.pipeline.endless_take import record_endless
from core.pipeline.forecast import announce_run, forecast
from core.pipeline.latent_preview import StepPreview
from core.pipeline.latents import assist_latents, make_latents
from core.pipeline.resources import check_edit_space, check_space
from core.pipeline.take_decoding import decode_take
from core.runtime.device import choose_device, choose_dtype, device_names, unusable_devices
from core.runtime.device_errors import is_device_lost, memory_errors_as
from core.runtime.host_memory import return_large_blocks
from core.sound_files.recording import read_recording

LONG_S = 60.0  # longer runs announce what they will take
_ModelKey = tuple[str, tuple[Lora, ...], list[Any], torch.device, Precision | None]


class Engine:
    """Makes takes. It keeps the last model loaded; use one engine from one thread at a time.

    Args:
        config: The configuration; `configure` changes it.
        unfinished_folder: Where runs save checkpoints, so that the same request resumes after an
            interruption. The caller discards the checkpoint when the take is stored. None =
            nowhere.
        previews: Whether denoising steps carry a cheap estimate of their log-mel. It is fitted
            when a model is loaded, which takes as long as decoding a few seconds.
        peers: Ranks that make a request together: the first generates, the others assist.
    """

    def __init__(
        self,
        config: EngineConfig | None = None,
        unfinished_folder: Path | None = None,
        *,
        previews: bool = False,
        peers: Peers = ALONE,
    ) -> None:
        return_large_blocks()
        self._peers = peers
        self._unfinished_folder = unfinished_folder
        self._previews = previews
        self._preview: StepPreview | None = None
        self._loaded: tuple[_ModelKey, TextToAudioModel] | None = None
        self.configure(config or EngineConfig())

    def configure(self, config: EngineConfig) -> None:
        """Use another configuration from the next run on.

        The model stays in memory. If it has to be on another device or in another precision, the
        next run loads it again.

        Raises:
            InvalidRequestError: This machine has no such device, or it lacks the requested
                precision; the configuration stays as it was.
        """
        device = choose_device(config.device)
        dtype = choose_dtype(device, config.precision)
        if config.tiling.compute_dtype is not None:
            choose_dtype(device, config.tiling.compute_dtype)
        self._dtype = dtype
        self.config, self._device = config, device

    def use_peers(self, peers: Peers) -> None:
        """Make requests together with these ranks from the next one on; `ALONE` = with none."""
        self._peers = peers

    def estimate(self, request: GenerationRequest) -> Estimate | None:
        """Estimate the memory of a request; None while its model is not loaded as configured.

        Raises:
            InvalidRequestError: A tile size does not fit the model.
            DeviceMemoryError: Nothing fits the memory budget.
        """
        key = self._model_key(request.model, request.loras)
        if self._loaded is None or self._loaded[0] != key:
            return None
        model = self._loaded[1]
        num_frames = model.clock.num_frames(request.duration_s)
        return forecast(model, request, num_frames, self.config)

    def device_names(self) -> tuple[str, ...]:
        """The names of the devices to choose from."""
        return device_names()

    def load(
        self, source: str, progress: Progress, loras: tuple[Lora, ...] = ()
    ) -> TextToAudioModel:
        """The model named `source` with LoRAs merged, from memory if it was the last one used.

        With other LoRAs it is loaded again, so that nothing of the last ones is left in it.

        Raises:
            ModelLoadError: It or a LoRA is missing, incomplete, damaged or not supported, or they
                do not fit.
        """
        key = self._model_key(source, loras)
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = None  # free the last model before the next one is loaded
            if self.config.device == "auto" and self._device.type == "cpu":
                for sentence in unusable_devices():
                    progress.emit(Notice(sentence))
            with progress.stage(Stage.LOADING):
                model = load_model(
                    source,
                    device=self._device,
                    dtype=self._dtype,
                    progress=progress,
                    loras=loras,
                    may_round=self.config.precision is None,
                )
                self._preview = decoder_of(model).make_preview() if self._previews else None
            self._loaded = (key, model)
        return self._loaded[1]

    def _model_key(self, source: str, loras: tuple[Lora, ...]) -> _ModelKey:
        """What identifies a loaded model: its name, LoRAs and their files, device and precision."""
        return source, loras, lora_states(loras), self._device, self.config.precision

    def fetch(
        self, source: str, progress: Progress, *, download: bool = True, convert: bool = True
    ) -> None:
        """Download the hub model `source`, or convert its weights, as a person has agreed to.

        Does nothing where the model is on this machine already, ready to be loaded.

        Raises:
            ModelLoadError: The hub has no such model, cannot be reached, the disk is full, or the
                weights cannot be converted.
            NotAgreedError, NotConvertedError: What is necessary is not allowed by `download` or
                `convert`.
            Cancelled: What has arrived is kept, and the next call continues from there.
        """
        fetch_model(source, progress, download=download, convert=convert)

    @torch.inference_mode()
    def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Take:
        """Carry out one request; a recording is opened, and its edits are made.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: The run was cancelled through `progress`.
        """
        progress = progress or Progress()
        if request.recording is not None:
            return self._edit_in_turn(read_recording(request, progress), request.edits, progress)
        with self._device_errors_as_sentences(
            f"{request.duration_s:g} s of sound", "Ask for a shorter sound"
        ):
            model = self.load(request.model, progress, request.loras)
            check_space(model, request)
            check_request(model, request, model.clock.num_frames(request.duration_s))
            self.estimate(request)  # raises before any work where the request does not fit
            if request.duration_s > LONG_S:
                announce_run(model, request, self.config, progress, self._peers)
            checkpoint = self._checkpoint(request)
            clip = make_latents(
                model,
                request,
                self.config,
                checkpoint=checkpoint,
                preview=self._preview,
                progress=progress,
                peers=self._peers,
            )
            take = decode_take(
                model,
                replace(request, edits=()),
                self.config,
                clip,
                preview=self._preview,
                progress=progress,
                peers=self._peers,
            )
        take = self._edit_in_turn(take, request.edits, progress)
        return replace(take, checkpoint=checkpoint)

    @torch.inference_mode()
    def assist(self, request: GenerationRequest, progress: Progress) -> None:
        """Do this rank's part of a request that the first of its peers generates.

        Args:
            request: The same request.
            progress: May cancel, which cancels all ranks.

        Raises:
            TesseraError: This rank or another one could not go on; the sentence names it.
            Cancelled: One of the ranks was cancelled.
        """
        with self._device_errors_as_sentences(
            f"{request.duration_s:g} s of sound", "Ask for a shorter sound"
        ):
            model = self.load(request.model, progress, request.loras)
            clip = assist_latents(model, request, progress, self._peers)
            decoder = decoder_of(model)
            decoder.assist(clip, config=self.config, progress=progress, peers=self._peers)

    def _edit_in_turn(self, take: Take, edits: Iterable[Edit], progress: Progress) -> Take:
        for edit in edits:
            take = self.edit(take, edit, progress)
        return take

    @torch.inference_mode()
    def edit(self, take: Take, edit: Edit, progress: Progress | None = None) -> Take:
        """Regenerate a part of a take, make it longer, make a loop of it, or edit its samples.

        It works on the take's latents, or on those of a recording around the part. Latents, log-mel
        and samples beyond the part and its fades stay as they are, bit for bit, at the take's own
        rate and channels; the given take is not changed.

        Returns:
            Another take, whose request has this edit after its other ones.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: The run was cancelled through `progress`.
        """
        progress = progress or Progress()
        check_edit_space(take, edit)
        with self._device_errors_as_sentences("This edit", "Choose a shorter part"):
            model = self.load(take.request.model, progress, take.request.loras)
            if edit.kind.is_of_samples:
                edited = edit_samples(take, edit, model.mel)
            else:
                edited = apply_edit(
                    model,
                    take,
                    edit,
                    config=self.config,
                    progress=progress,
                    preview=self._preview,
                )
        return edited.with_markers_after(take, edit)

    def endless(
        self,
        request: GenerationRequest,
        progress: Progress | None = None,
        request_now: Callable[[], GenerationRequest] | None = None,
    ) -> Iterator[EndlessStretch]:
        """Yield sound to the request's prompt, or to that of `request_now`, without an end.

        A stretch is made when the iterator is advanced. `duration_s` is ignored. Memory stays flat.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: The run was cancelled through `progress`.
        """
        progress = progress or Progress()
        with self._device_errors_as_sentences("Endless sound", "Choose a smaller model"):
            model = self.load(request.model, progress, request.loras)
            yield from endless_stretches(
                model,
                request,
                tiling=self.config.tiling,
                progress=progress,
                request_now=request_now,
            )

    def record_endless(
        self,
        request: GenerationRequest,
        progress: Progress,
        control: EndlessControl | None = None,
    ) -> Take:
        """Make sound without an end until it is stopped, and return all of it as a take.

        Args:
            request: The prompt and settings; `duration_s` is ignored.
            progress: Receives the sound as it is made. Cancelling ends the sound, which is kept.
            control: Says when the next stretch is made, and with what.

        Returns:
            The sound up to its end; its request states its length and its prompts along time.

        Raises:
            TesseraError: It cannot be done; the sentence says why. The engine stays usable.
            Cancelled: Cancelled before the first sound.
        """
        with self._device_errors_as_sentences("Endless sound", "Choose a smaller model"):
            model = self.load(request.model, progress, request.loras)
        plan = plan_window(model, self.config.tiling)  # raises before any work
        control = control or EndlessControl()
        stretches = self.endless(request, progress, control.request_now)
        recording = record_endless(
            model, stretches, wants_more=control.wants_more, progress=progress
        )
        return recording.to_take(request, self.config, plan)

    @contextmanager
    def _device_errors_as_sentences(self, what: str, remedy: str) -> Iterator[None]:
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

    def _checkpoint(self, request: GenerationRequest) -> RunCheckpoint | None:
        """The checkpoint of a run; None where nothing is to be kept."""
        if self._unfinished_folder is None:
            return None
        identity = identity_of(request, self.config, self._device, self._dtype)
        return RunCheckpoint.for_identity(self._unfinished_folder, identity)
