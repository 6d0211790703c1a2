"""Endless sound: window after window, each continuing the one before.

A window is denoised with the end of the last one inpainted at its beginning, decoded with its own
statistics, as in the model's training, and cross-faded with its neighbour where both overlap. One
vocoder stream runs through all windows, so there is no seam in it, and memory is that of one window
however long the sound becomes.

The weight of the inpainted part falls towards its end. With full weight up to its end, a break
could be heard and seen there: with the bundled model, 12 steps and eight concepts, 0.75 of 64 such
places stayed below the 95th percentile of the spectral flux elsewhere; now it is 0.94, as many as
of other places.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig
from core.api.errors import InvalidRequestError, NonFiniteError
from core.api.events import AudioChunk, Event, Notice, Stage
from core.api.progress import InnerProgress, Progress
from core.api.region import Span
from core.api.request import FOLLOWED_FIELDS, MAX_SEED, MIN_DURATION_S, GenerationRequest
from core.diffusion.denoising import denoise
from core.diffusion.guidance import ClipPlace
from core.diffusion.inpainting import Inpainting
from core.diffusion.noise import draw_noise, noise_seed
from core.diffusion.prompt_track import PromptTrack
from core.diffusion.prompts import check_request, encode_prompts
from core.models.text_to_audio_model import LogMelModel, TextToAudioModel, WaveformModel
from core.pipeline.decoder import DecodingForecast
from core.pipeline.decoding import decoder_of
from core.pipeline.edge_fades import Edge, FadeIn
from core.pipeline.endless_waveform import EndlessWaveform, JoinedWindows
from core.pipeline.levelling import find_gain, find_gain_of_samples
from core.tiled_vae import TiledVAE
from core.tiled_vae.planning.context_windows import OVERLAP, ContextWindow, crossfade_windows
from core.vocoders.limiter import LimitedStream
from core.vocoders.vocoder import overflow_notice

LONGEST_WINDOW_S = 48.0
"""Of a model that makes minutes at once, for which nobody is to wait."""

_PLACED_WINDOWS = 3  # in the sound of which each window is said to be a part


@dataclass(frozen=True, slots=True, eq=False)
class EndlessStretch:
    """The next stretch of an endless sound; all of them concatenated are the sound.

    Its start is faded in; what ends it fades it out (`FadeOut`).

    Attributes:
        start_sample: Index of its first sample.
        samples: Samples (n,) or (n, channels), full scale = 1. The vocoder holds some back for the
            next stretch.
        mel: Natural-log mel spectrogram (T, F).
        latents: Latents (C, T', F').
        gain: What the vocoded samples were multiplied by: the same for all stretches.
        prompt: What it was made to.
    """

    start_sample: int
    samples: FloatArray
    mel: FloatArray
    latents: FloatArray
    gain: float = 1.0
    prompt: str = ""


def plan_window(model: TextToAudioModel, tiling: TilingConfig) -> DecodingForecast:
    """The way in which each window is decoded.

    Raises:
        InvalidRequestError: A tile size does not fit the model.
        DeviceMemoryError: Nothing fits the memory budget.
    """
    config = EngineConfig(tiling=replace(tiling, context="clip"))
    plan = decoder_of(model).forecast(_window_frames(model), config, has_source=False)
    frames = round(model.clock.seconds_of(_window_frames(model)) * model.mel.frames_per_second)
    return replace(
        plan, explanation=f"Windows of {frames} frames, each by itself. {plan.explanation}"
    )


def _window_frames(model: TextToAudioModel) -> int:
    return min(model.window_frames, model.clock.num_frames(LONGEST_WINDOW_S))


@torch.inference_mode()
def endless_stretches(
    model: TextToAudioModel,
    request: GenerationRequest,
    *,
    tiling: TilingConfig,
    progress: Progress,
    request_now: Callable[[], GenerationRequest] | None = None,
) -> Iterator[EndlessStretch]:
    """Yield sound to the prompt of a request without an end.

    It is brought to its level by the loudness of its first stretch, as nobody knows the others.
    Each stretch is made when the iterator is advanced. The same request gives the same stretches,
    as far as `request_now` does.

    Args:
        model: The model.
        request: The prompt and settings.
        tiling: How each window is decoded.
        progress: Receives the samples and the steps.
        request_now: Asked before each window: its `FOLLOWED_FIELDS` are those of the window; None
            = the request's own.

    Raises:
        InvalidRequestError: The model speaks, or a text is to be spoken.
        NonFiniteError: A network's output is NaN or infinite.
        Cancelled: The run was cancelled through `progress`.
    """
    progress = _NoticesOnce(progress)
    source = _WindowGenerator(model, request, progress, request_now or (lambda: request))
    if isinstance(model, LogMelModel):
        yield from _mel_stretches(model, request, source, tiling, progress)
    else:
        assert isinstance(model, WaveformModel)
        yield from _waveform_stretches(model, request, source, tiling, progress)


def _mel_stretches(
    model: LogMelModel,
    request: GenerationRequest,
    source: "_WindowGenerator",
    tiling: TilingConfig,
    progress: "_NoticesOnce",
) -> Iterator[EndlessStretch]:
    """Decode windows by themselves, cross-fade their log-mel, and vocode it as one stream."""
    notices = InnerProgress(progress, progress.emit_notice)
    vae = TiledVAE(model.vae, replace(tiling, context="clip"))

    def decode(number: int, span: Span) -> Tensor:
        latents = source.next_window()
        with progress.stage(Stage.DECODING):
            return vae.decode(latents / model.scaling_factor, notices)

    vocoder, start_sample = _EndlessVocoder(model, request, progress), 0
    for _, mel in crossfade_windows(source.windows(), decode, model.time_scale):
        frames = mel[0, 0].float().cpu()
        with progress.stage(Stage.VOCODING), overflow_notice(model.vocoder, progress):
            samples = vocoder.push(frames)
        progress.emit(AudioChunk(start_sample, samples, model.clock.sample_rate))
        mel_frames = frames.numpy().copy()
        yield EndlessStretch(
            start_sample, samples, mel_frames, source.finished(), vocoder.gain, source.prompt
        )
        start_sample += len(samples)


def _waveform_stretches(
    model: WaveformModel,
    request: GenerationRequest,
    source: "_WindowGenerator",
    tiling: TilingConfig,
    progress: "_NoticesOnce",
) -> Iterator[EndlessStretch]:
    """Join the latents of windows, and decode them as one stream."""

    def find_gain_of(samples: FloatArray) -> float:
        return find_gain_of_samples(model, request.level, samples, progress)

    sound = EndlessWaveform(model, tiling, find_gain_of, progress)
    joined, start_sample = JoinedWindows(source.shared_frames), 0
    while True:
        latents = joined.push(source.next_window().float())
        with progress.stage(Stage.DECODING):
            samples, mel = sound.push(latents)
        progress.emit(AudioChunk(start_sample, samples, model.clock.sample_rate))
        finished = latents[0].cpu().numpy().copy()
        yield EndlessStretch(start_sample, samples, mel, finished, sound.gain, source.prompt)
        start_sample += len(samples)


class _EndlessVocoder:
    """Vocodes the stretches of an endless sound, fades in, and keeps the level of the first one.

    Attributes:
        gain: What the vocoded samples are multiplied by.
    """

    def __init__(self, model: LogMelModel, request: GenerationRequest, progress: Progress) -> None:
        self._model, self._level, self._progress = model, request.level, progress
        self._stream: LimitedStream | None = None
        self._fade_in = FadeIn(Edge.at_rate(model.clock.sample_rate))
        self.gain = 1.0

    def push(self, frames: Tensor) -> FloatArray:
        """Take the log-mel (T, F) of the next stretch, and return the samples that are final.

        Raises:
            NonFiniteError: A sample is NaN or infinite.
        """
        if self._stream is None:
            self.gain = find_gain(self._model, self._level, frames.numpy(), None, self._progress)
            self._stream = LimitedStream(self._model.vocoder, self.gain)
        samples = self._stream.push(frames)
        if not np.isfinite(samples).all():
            raise NonFiniteError("vocoder")
        return self._fade_in.push(samples)


class _NoticesOnce(InnerProgress):
    """Passes all events on to `parent`, but the same notice of many windows only once."""

    def __init__(self, parent: Progress) -> None:
        super().__init__(parent, self._on_event)
        self._sentences: set[str] = set()

    def emit_notice(self, event: Event) -> None:
        """Pass on an event of a window's decoder, whose tiles are not those on the screen."""
        if isinstance(event, Notice):
            self.emit(event)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            if event.sentence in self._sentences:
                return
            self._sentences.add(event.sentence)
        self._parent.emit(event)


def _following(request: GenerationRequest, wanted: GenerationRequest) -> GenerationRequest:
    """A request with all that an endless sound follows of another one."""
    return replace(request, **{field: getattr(wanted, field) for field in FOLLOWED_FIELDS})


class _WindowGenerator:
    """Denoises windows of latents one after another; keeps only the last."""

    def __init__(
        self,
        model: TextToAudioModel,
        request: GenerationRequest,
        progress: Progress,
        request_now: Callable[[], GenerationRequest],
    ) -> None:
        self._model, self._progress, self._request_now = model, progress, request_now
        self._request = _following(replace(request, segments=()), request_now())
        self._window_frames = _window_frames(model)
        self.shared_frames = self._window_frames // OVERLAP
        self._number = 0
        self._latents: Tensor | None = None
        if model.capabilities.speaks:
            raise InvalidRequestError(
                "transcription",
                f"What {model.card.name} speaks has an end: generate it, or choose a model that "
                "does not speak for endless sound.",
            )
        check_request(model, request, self._window_frames)
        if request.lyrics.strip():
            raise InvalidRequestError(
                "lyrics",
                "Lyrics have an end: generate a song with them, or leave them out for endless "
                "sound.",
            )
        if request.init_audio is not None:
            progress.emit(Notice("An endless sound starts from its prompt, not from a sound."))
        self._prompts = self._encode()

    @property
    def prompt(self) -> str:
        """What the last window was made to, or the next will be."""
        return self._request.prompt

    def _encode(self) -> PromptTrack:
        window_s = self._model.clock.seconds_of(self._window_frames)
        request = replace(self._request, duration_s=max(MIN_DURATION_S, window_s))
        with self._progress.stage(Stage.CONDITIONING):
            return encode_prompts(self._model, request, self._progress)

    def _follow(self) -> None:
        """Take over what is wanted by now, and encode the prompts where they are others."""
        before, self._request = self._request, _following(self._request, self._request_now())
        texts = ((one.prompt, one.negative_prompt) for one in (before, self._request))
        if len(set(texts)) > 1:
            self._prompts = self._encode()

    def windows(self) -> Iterator[ContextWindow]:
        """The spans of the windows: each overlaps the one before."""
        hop = self._window_frames - self.shared_frames
        start = 0
        while True:
            shared = Span(start, start + (self.shared_frames if start else 0))
            yield ContextWindow(
                read=Span(start, start + self._window_frames),
                final=Span(start, start + hop),
                fade=shared,
            )
            start += hop

    def next_window(self) -> Tensor:
        """Denoise the next window (1, C, T, F), with what is wanted now."""
        self._follow()
        model, request = self._model, self._request
        window_seed = (request.seed + self._number) % (MAX_SEED + 1)
        seed = noise_seed(model, window_seed, request.prompt)
        with self._progress.stage(Stage.DENOISING):
            self._latents = denoise(
                model,
                self._prompts,
                draw_noise(model, self._window_frames, seed),
                scheduler=model.noise_path.make_scheduler(
                    request.denoising_scheduler, in_few_steps=request.draft
                ),
                num_inference_steps=request.denoising_steps,
                guidance_scale=request.guidance_scale,
                seed=seed,
                progress=self._progress,
                inpainting=self._shared_with_last(),
                place=self._place(),
            )
        self._number += 1
        return self._latents.to(model.dtype)

    def _place(self) -> ClipPlace:
        """The first window begins a long sound; all others are in the middle of one."""
        window_s = self._model.clock.seconds_of(self._window_frames)
        return ClipPlace(_PLACED_WINDOWS * window_s, window_s if self._number else 0.0)

    def finished(self) -> FloatArray:
        """The latents of the last window that no later one overlaps, (C, T', F')."""
        assert self._latents is not None
        final_latents = self._latents[0, :, : self._window_frames - self.shared_frames]
        return final_latents.float().cpu().numpy().copy()

    def _shared_with_last(self) -> Inpainting | None:
        """The end of the last window at the beginning of the next, with falling weight."""
        last, shared = self._latents, self.shared_frames
        if last is None or not shared:
            return None
        latents = torch.zeros_like(last)
        latents[:, :, :shared] = last[:, :, -shared:]
        position = torch.arange(self._window_frames, dtype=torch.float32) / shared
        return Inpainting(latents, (1 - position).clamp(min=0)[None, None, :, None])  # (1, 1, T, 1)
