"""The latents that an edit starts from: those of the take, or what the encoder makes of its sound.

A recording has none. An edit encodes the model's window around the change, and no more: so it takes
as long in an hour of sound as in ten seconds.
"""

from dataclasses import replace

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.config import TilingConfig
from core.api.errors import InvalidRequestError
from core.api.events import Stage
from core.api.progress import Progress
from core.api.take import Take
from core.editing.canvas import Canvas
from core.editing.sound_form import SoundForm
from core.editing.stretch_progress import Placement, StretchProgress
from core.mel import LOG_FLOOR
from core.models.text_to_audio_model import LogMelModel
from core.tiled_vae import TiledVAE


def editable_latents(model: LogMelModel, take: Take) -> tuple[Take, FloatArray]:
    """A take whose log-mel fills whole latent frames, and its latents (C, T', F').

    Those of a recording are 0 until `with_encoded_stretch` fills in what an edit needs.

    Raises:
        InvalidRequestError: The take has latents of another model, or the model cannot encode.
    """
    if take.latents is None:
        return _with_empty_latents(model, take)
    if not _fits(model, take.latents, len(take.mel)):
        raise InvalidRequestError(
            "latents",
            f"This take has no latents of {model.card.name}, so it cannot be edited; generate it "
            "again, or start from it as a sound.",
        )
    return take, take.latents


def with_encoded_stretch(
    model: LogMelModel,
    canvas: Canvas,
    tiling: TilingConfig,
    placement: Placement,
    progress: Progress,
) -> Canvas:
    """The canvas of a recording, with the latents of the stretch's known frames.

    The encoder normalises over what it gets, so it gets a whole window where the clip has one.
    """
    known = canvas.known
    span = canvas.site.stretch.intersect(known)
    missing = max(0, model.window_frames - span.length)
    span = span.expand(missing, 0, known)
    span = span.expand(0, max(0, model.window_frames - span.length), known)
    if not span.length:
        return canvas
    mel = torch.from_numpy(canvas.mel[None, None, span.scale(model.time_scale).slice].copy())
    inside = replace(placement, stretch=span.scale(model.time_scale))
    with progress.stage(Stage.ENCODING):
        posterior = TiledVAE(model.vae, tiling).encode(
            mel.to(model.device, model.dtype), StretchProgress(progress, inside)
        )
    latents = np.array(canvas.latents)
    latents[:, span.slice] = (posterior.mode()[0] * model.scaling_factor).float().cpu().numpy()
    return replace(canvas, latents=latents)


def _with_empty_latents(model: LogMelModel, take: Take) -> tuple[Take, FloatArray]:
    """A recording with silence up to a whole latent frame."""
    if take.mel.shape[1] != model.mel.n_mels or not model.capabilities.audio_to_audio:
        raise InvalidRequestError(
            "model", f"{model.card.name} cannot work on a recording; choose another model."
        )
    scale, form = model.time_scale, SoundForm.of(model, take.sample_rate)
    num_mel_frames = max(len(take.mel), form.num_frames(len(take.waveform)))
    num_frames = -(-num_mel_frames // scale)
    missing = num_frames * scale - len(take.mel)
    mel = np.pad(take.mel, ((0, missing), (0, 0)), constant_values=LOG_FLOOR)
    latents = np.zeros((model.latent_channels, num_frames, model.latent_bins), np.float32)
    return replace(take, mel=mel), latents


def _fits(model: LogMelModel, latents: FloatArray, mel_frames: int) -> bool:
    """Whether latents have the model's shape, and as many frames as a log-mel of `mel_frames`."""
    if latents.ndim != 3 or not latents.size:
        return False
    channels, num_frames, rows = latents.shape
    return (channels, rows, num_frames * model.time_scale) == (
        model.latent_channels,
        model.latent_bins,
        mel_frames,
    )
