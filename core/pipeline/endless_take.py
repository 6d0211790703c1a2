"""Records an endless sound: made a little ahead of playback, and kept on the disk to its end."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

import numpy as np

from core.api.arrays import FloatArray
from core.api.config import EngineConfig
from core.api.errors import Cancelled, DiskError, TesseraError
from core.api.events import Notice, TileDecoded
from core.api.progress import Progress
from core.api.region import Region, Span
from core.api.request import GenerationRequest, PromptSegment
from core.api.take import Take
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.decoder import DecodingForecast
from core.pipeline.edge_fades import Edge
from core.pipeline.endless import EndlessStretch
from core.pipeline.resources import DiskSpace
from core.pipeline.waveform_decoder import measured
from core.runtime.spool import Spool

POLL_INTERVAL_S = 0.05
_KNOWN_FRAMES = 64  # measured again before the last ones: a resampler begins as silence does


@dataclass(frozen=True, slots=True, eq=False)
class EndlessRecording:
    """A recorded endless sound; its arrays are on the disk.

    Attributes:
        waveform: Samples (n,) or (n, channels), full scale = 1.
        mel: Natural-log mel spectrogram (T, F) that covers them.
        latents: Its latents (C, T', F').
        sample_rate: Samples a second.
        gain: What the vocoded samples were multiplied by.
        prompts: The prompts along time, each from its first stretch on.
    """

    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray
    sample_rate: int
    gain: float
    prompts: tuple[PromptSegment, ...]

    def to_take(
        self, request: GenerationRequest, config: EngineConfig, plan: DecodingForecast
    ) -> Take:
        """The take of a request; its own states the length and the prompts that were heard."""
        duration_s = len(self.waveform) / self.sample_rate
        heard = tuple(one for one in self.prompts if one.start_s < duration_s)
        return Take(
            request=replace(
                request,
                prompt=heard[0].prompt,
                duration_s=duration_s,
                segments=heard if len(heard) > 1 else (),
            ),
            config=config,
            plan=plan.explanation,
            mode=plan.mode,
            sample_rate=self.sample_rate,
            waveform=self.waveform,
            mel=self.mel,
            gain=self.gain,
            latents=self.latents,
        )


def record_endless(
    model: TextToAudioModel,
    stretches: Iterator[EndlessStretch],
    *,
    wants_more: Callable[[], bool],
    progress: Progress,
) -> EndlessRecording:
    """Record stretches until the run is cancelled, the disk is nearly full, or one fails.

    Args:
        model: The model that makes them.
        stretches: The endless sound; it emits its samples itself.
        wants_more: Whether playback is near enough to the end of the sound so far.
        progress: Receives each stretch's log-mel, and notices when the disk gets full or an error
            ends the sound. Cancelling ends the sound, which is kept.

    Raises:
        Cancelled: Cancelled before the first sound.
        TesseraError: An error before the first sound.
    """
    with ExitStack() as stack:
        waveform = stack.enter_context(Spool(model.clock.inner_shape))
        mel = stack.enter_context(Spool((model.mel.n_mels,)))
        latents = stack.enter_context(Spool((model.latent_channels, model.latent_bins)))
        gain = 1.0
        prompts: list[PromptSegment] = []
        space = DiskSpace(progress, model)
        try:
            for number, stretch in enumerate(stretches):
                frames = Span(mel.num_rows, mel.num_rows + len(stretch.mel))
                region = Region(frames, Span(0, model.mel.n_mels))
                progress.emit(TileDecoded(number, region, stretch.mel))
                if not prompts or prompts[-1].prompt != stretch.prompt:
                    start_s = model.clock.seconds_of(latents.num_rows)
                    prompts.append(PromptSegment(start_s, stretch.prompt))
                latents.append(stretch.latents.swapaxes(0, 1))  # (C, T, F) -> (T, C, F)
                mel.append(stretch.mel)
                gain = stretch.gain
                # Samples last: an interruption must leave none without latents and log-mel.
                waveform.append(stretch.samples)
                if waveform.num_rows and not space.is_enough(waveform.num_rows):
                    break
                _wait_until(wants_more, progress)
        except (Cancelled, TesseraError) as end:
            if not waveform.num_rows:
                raise
            if isinstance(end, TesseraError):
                progress.emit(Notice(f"The sound ends here, and all of it is kept. {end}"))
        _finish(model, waveform, mel, progress)
        return _recording(model, waveform, mel, latents, gain=gain, prompts=tuple(prompts))


def _recording(
    model: TextToAudioModel,
    waveform: Spool,
    mel: Spool,
    latents: Spool,
    *,
    gain: float,
    prompts: tuple[PromptSegment, ...],
) -> EndlessRecording:
    """The recording, with no more log-mel and latents than cover its samples."""
    num_latents = model.clock.frames_of(waveform.num_rows)
    num_frames = round(model.clock.seconds_of(num_latents) * model.mel.frames_per_second)
    return EndlessRecording(
        waveform.mapped(),
        mel.mapped()[:num_frames],
        latents.mapped()[:num_latents].swapaxes(0, 1),  # (T, C, F) -> (C, T, F)
        model.clock.sample_rate,
        gain,
        prompts,
    )


def _finish(model: TextToAudioModel, waveform: Spool, mel: Spool, progress: Progress) -> None:
    """Fade the sound out, and complete its picture."""
    _fade_out(waveform, Edge.at_rate(model.clock.sample_rate))
    with suppress(DiskError):  # a full disk costs the end of the picture, not the sound
        _complete_picture(model, waveform, mel, progress)


def _fade_out(waveform: Spool, edge: Edge) -> None:
    """Fade out what was recorded, in its place: the disk may be full."""
    first = max(0, waveform.num_rows - edge.length)
    waveform.write(first, edge.faded_stop(waveform.read(first, waveform.num_rows - first)))


def _complete_picture(
    model: TextToAudioModel, waveform: Spool, mel: Spool, progress: Progress
) -> None:
    """Measure the picture of the last samples, where it was to follow with those after them."""
    rate, frames_per_second = model.clock.sample_rate, model.mel.frames_per_second
    if waveform.num_rows * frames_per_second < (mel.num_rows + 1) * rate:
        return
    known = max(0, mel.num_rows - _KNOWN_FRAMES)
    first = round(known * rate / frames_per_second)
    samples = waveform.read(first, waveform.num_rows - first)
    end = np.concatenate([*measured(iter([samples]), rate, model.mel)])[mel.num_rows - known :]
    region = Region(Span(mel.num_rows, mel.num_rows + len(end)), Span(0, model.mel.n_mels))
    progress.emit(TileDecoded(0, region, end))  # measured: a tile of no plan
    mel.append(end)


def _wait_until(condition: Callable[[], bool], progress: Progress) -> None:
    while not condition():
        progress.check_cancelled()
        time.sleep(POLL_INTERVAL_S)
