"""The table of contents: a request becomes conditioning, latents, log-mel, waveform."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config import EngineConfig, TilingConfig
from core.device import available_bytes, choose_device, choose_dtype
from core.diffusion.loop import Source, denoise, plan_windows
from core.diffusion.noise import draw_noise
from core.diffusion.prompts import num_latent_frames, read_prompts
from core.errors import DeviceMemoryError, InvalidRequestError, NonFiniteError
from core.events import AudioChunk, Stage
from core.mel_frontier import MelFrontier
from core.models.interface import TextToAudioModel
from core.models.loader import fetch_model, load_model
from core.progress import Progress
from core.request import GenerationRequest
from core.source_sound import read_source
from core.tiled_vae import Plan, TiledVAE

FloatArray = NDArray[np.float32]

FRAMES_PER_PUSH = 64  # of the vocoder: what is heard or cancelled at a time
MIN_SAMPLE_RATE = 16_000
BYTES_PER_SAMPLE = 8  # the float32 waveform and, at a hop of 160 and 64 bins, its log-mel


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One finished generation, with everything needed to make it again.

    Attributes:
        request: What was asked for.
        config: How it was made.
        plan: The tiles it was laid in; the same request, config and plan give the same samples on
            the same machine, bit for bit.
        sample_rate: Samples a second.
        waveform: Samples (n,), full scale = 1, n = round(duration_s x sample_rate).
        mel: Natural-log mel spectrogram (T, F).
        latents: Latents (C, T', F') as the denoiser left them.
    """

    request: GenerationRequest
    config: EngineConfig
    plan: Plan
    sample_rate: int
    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray


class Engine:
    """Makes takes. Keeps the last model loaded; use one engine from one thread at a time."""

    def __init__(self, config: EngineConfig | None = None) -> None:
        self.config = config or EngineConfig()
        self._device = choose_device(self.config.device)
        self._dtype = choose_dtype(self._device, self.config.precision)
        self._loaded: tuple[str, TextToAudioModel] | None = None

    def load(self, source: str, progress: Progress) -> TextToAudioModel:
        """The model named `source`, from memory if it was the last one used.

        Raises:
            ModelLoadError: It is missing, incomplete, damaged or not supported.
        """
        if self._loaded is None or self._loaded[0] != source:
            self._loaded = None  # let go of the last one before the next takes its place
            with progress.stage(Stage.LOADING):
                model = load_model(
                    source, device=self._device, dtype=self._dtype, progress=progress
                )
            self._loaded = (source, model)
        return self._loaded[1]

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
            Cancelled: The owner of `progress` wished so.
        """
        progress = progress or Progress()
        _check_fits_in_memory(request)
        try:
            model = self.load(request.model, progress)
            latents = self._denoise(model, request, progress)
            return self._decode(model, request, latents, progress)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise DeviceMemoryError(
                f"{request.duration_s:g} s of sound did not fit into the memory of "
                f"{self._device}. Ask for a shorter sound, or close other programs."
            ) from error

    def _denoise(
        self, model: TextToAudioModel, request: GenerationRequest, progress: Progress
    ) -> Tensor:
        with progress.stage(Stage.CONDITIONING):
            track = read_prompts(model, request, progress)
        num_frames = num_latent_frames(model, request.duration_s)
        source = self._encode(model, request, num_frames, progress)
        with progress.stage(Stage.DENOISING):
            return denoise(
                model,
                track,
                draw_noise(model, num_frames, request.seed),
                scheduler=model.make_scheduler(request.scheduler),
                num_inference_steps=request.num_inference_steps,
                guidance_scale=request.guidance_scale,
                progress=progress,
                source=source,
                blend=self.config.blend,
                windows_at_once=self.config.windows_at_once,
            )

    def _encode(
        self,
        model: TextToAudioModel,
        request: GenerationRequest,
        num_frames: int,
        progress: Progress,
    ) -> Source | None:
        """The sound to start from, as latents; None where there is none."""
        if request.init_audio is None:
            return None
        if not model.capabilities.audio_to_audio:
            raise InvalidRequestError(
                "init_audio", f"{model.card.name} cannot start from a sound; use a prompt alone."
            )
        with progress.stage(Stage.ENCODING):
            mel = read_source(request.init_audio, model.mel, num_frames * model.time_scale)
            posterior = TiledVAE(model.vae, self.config.tiling).encode(
                mel.to(model.device, model.dtype), progress
            )
            return Source(posterior.mode() * model.scaling_factor, request.strength)

    def _decode(
        self,
        model: TextToAudioModel,
        request: GenerationRequest,
        latents: Tensor,
        progress: Progress,
    ) -> Take:
        num_frames = latents.shape[2] * model.time_scale
        num_samples = round(request.duration_s * model.vocoder.sampling_rate)
        mel = MelFrontier(num_frames, model.mel.n_mels)
        waveform = np.zeros(num_samples, np.float32)

        with progress.stage(Stage.DECODING):
            engine = TiledVAE(model.vae, self._tiling_for(model, latents))
            plan = engine.plan_decode(latents.shape)
            tiles = engine.decode_tiles(latents / model.scaling_factor, progress)
            stretches = (
                mel.fill(region, values[0, 0].float().cpu().numpy()) for region, values in tiles
            )
            for start, samples in _vocode(model, stretches):
                chunk = samples[: max(0, num_samples - start)]
                waveform[start : start + chunk.size] = chunk
                if chunk.size:
                    progress.emit(AudioChunk(start, chunk.copy()))
                progress.check_cancelled()
        if not np.isfinite(waveform).all():
            raise NonFiniteError("vocoder")
        return Take(
            request=request,
            config=self.config,
            plan=plan,
            sample_rate=model.vocoder.sampling_rate,
            waveform=waveform,
            mel=mel.frames,
            latents=latents[0].float().cpu().numpy(),
        )

    def _tiling_for(self, model: TextToAudioModel, latents: Tensor) -> TilingConfig:
        """The configured tiling, in the normalisation context that the latents were made in."""
        was_windowed = len(plan_windows(model, latents.shape[2]).windows) > 1
        if was_windowed and self.config.context_of_take:
            return replace(self.config.tiling, context=model.card.window_frames)
        return self.config.tiling


def _vocode(
    model: TextToAudioModel, stretches: Iterator[FloatArray]
) -> Iterator[tuple[int, FloatArray]]:
    """Samples with the position of the first, as soon as the log-mel stretches allow."""
    stream, start = model.vocoder.stream(), 0
    for stretch in stretches:
        frames = torch.from_numpy(stretch)
        for first in range(0, len(frames), FRAMES_PER_PUSH):
            samples = stream.push(frames[first : first + FRAMES_PER_PUSH])
            yield start, samples
            start += len(samples)
    yield start, stream.finish()


def _check_fits_in_memory(request: GenerationRequest) -> None:
    """Refuse a length whose result alone would not fit, before anything is loaded."""
    needed = request.duration_s * MIN_SAMPLE_RATE * BYTES_PER_SAMPLE
    free = available_bytes(torch.device("cpu"))
    if needed > free:
        longest_s = free // (MIN_SAMPLE_RATE * BYTES_PER_SAMPLE)
        raise InvalidRequestError(
            "duration_s",
            f"{request.duration_s:g} s of sound need {needed / 1e9:,.1f} GB of memory and "
            f"{free / 1e9:,.1f} GB are free; ask for less than {longest_s:,} s.",
        )
