"""An endless sound as it is listened to: made a little ahead, told as it comes, kept to its end."""

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
from core.pipeline.endless import EndlessStretch
from core.pipeline.resources import DiskRoom
from core.runtime.spool import Spool

LOOK_INTERVAL_S = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What came of it; samples and log-mel lie on the disk.

    Attributes:
        waveform: Samples (n,), full scale = 1.
        mel: Natural-log mel spectrogram (T, F) that covers them.
        latents: Latents (C, T', F') of it.
    """

    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray


def listen(
    model: TextToAudioModel,
    passages: Iterator[EndlessStretch],
    *,
    wants_more: Callable[[], bool],
    progress: Progress,
) -> Heard:
    """Take passages until the owner of `progress` stops, the disk is nearly full, or one fails.

    Args:
        model: What makes them.
        passages: They emit their sound by themselves.
        wants_more: Whether the listener is near enough to the end of what there is.
        progress: Hears of each passage's log-mel, when the disk gets short, and what else ended
            the sound; its wish to cancel ends it well.

    Raises:
        Cancelled: Not even one passage could be heard.
        TesseraError: The same.
    """
    with ExitStack() as stack:
        waveform = stack.enter_context(Spool())
        mel = stack.enter_context(Spool((model.mel.n_mels,)))
        latents = stack.enter_context(Spool((model.latent_channels, model.latent_bins)))
        room = DiskRoom(progress, model.vocoder.sampling_rate)
        try:
            for number, passage in enumerate(passages):
                frames = Span(mel.num_rows, mel.num_rows + len(passage.mel))
                region = Region(frames, Span(0, model.mel.n_mels))
                progress.emit(TileDecoded(number, region, passage.mel))
                latents.append(passage.latents.swapaxes(0, 1))  # (C, T, F) -> (T, C, F)
                mel.append(passage.mel)
                waveform.append(passage.samples)  # last: all that is heard has its latents
                if waveform.num_rows and not room.is_enough(waveform.num_rows):
                    break
                _wait_until(wants_more, progress)
        except (Cancelled, TesseraError) as end:
            if not waveform.num_rows:
                raise
            if isinstance(end, TesseraError):
                progress.emit(Notice(f"The sound ends here, and all of it is kept. {end}"))
        samples_per_latent = model.vocoder.hop_length * model.time_scale
        num_latents = math.ceil(waveform.num_rows / samples_per_latent)
        return Heard(
            waveform.mapped(),
            mel.mapped()[: num_latents * model.time_scale],
            latents.mapped()[:num_latents].swapaxes(0, 1),  # (T, C, F) -> (C, T, F)
        )


def _wait_until(wanted: Callable[[], bool], progress: Progress) -> None:
    while not wanted():
        progress.check_cancelled()
        time.sleep(LOOK_INTERVAL_S)
