"""Records an endless sound: made a little ahead of playback, and kept on the disk to its end."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from core.api.arrays import FloatArray
from core.api.errors import Cancelled, TesseraError
from core.api.events import Notice, TileDecoded
from core.api.progress import Progress
from core.api.region import Region, Span
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.edge_fades import Edge
from core.pipeline.endless import EndlessStretch
from core.pipeline.resources import DiskSpace
from core.runtime.spool import Spool

POLL_INTERVAL_S = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class EndlessRecording:
    """A recorded endless sound; its arrays are on the disk.

    Attributes:
        waveform: Samples (n,), full scale = 1.
        mel: Natural-log mel spectrogram (T, F) that covers them.
        latents: Its latents (C, T', F').
        gain: What the vocoded samples were multiplied by.
    """

    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray
    gain: float


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
        waveform = stack.enter_context(Spool())
        mel = stack.enter_context(Spool((model.mel.n_mels,)))
        latents = stack.enter_context(Spool((model.latent_channels, model.latent_bins)))
        gain = 1.0
        space = DiskSpace(progress, model.vocoder.sampling_rate)
        try:
            for number, stretch in enumerate(stretches):
                frames = Span(mel.num_rows, mel.num_rows + len(stretch.mel))
                region = Region(frames, Span(0, model.mel.n_mels))
                progress.emit(TileDecoded(number, region, stretch.mel))
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
        _fade_out(waveform, Edge.at_rate(model.vocoder.sampling_rate))
        return _recording(model, waveform, mel, latents, gain)


def _recording(
    model: TextToAudioModel, waveform: Spool, mel: Spool, latents: Spool, gain: float
) -> EndlessRecording:
    """The recording, with no more log-mel and latents than cover its samples."""
    samples_per_latent = model.vocoder.hop_length * model.time_scale
    num_latents = math.ceil(waveform.num_rows / samples_per_latent)
    return EndlessRecording(
        waveform.mapped(),
        mel.mapped()[: num_latents * model.time_scale],
        latents.mapped()[:num_latents].swapaxes(0, 1),  # (T, C, F) -> (C, T, F)
        gain,
    )


def _fade_out(waveform: Spool, edge: Edge) -> None:
    """Fade out what was recorded, in its place: the disk may be full."""
    first = max(0, waveform.num_rows - edge.length)
    waveform.write(first, edge.faded_stop(waveform.read(first, waveform.num_rows - first)))


def _wait_until(condition: Callable[[], bool], progress: Progress) -> None:
    while not condition():
        progress.check_cancelled()
        time.sleep(POLL_INTERVAL_S)
