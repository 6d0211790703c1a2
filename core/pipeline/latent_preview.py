"""A cheap estimate of the log-mel of latents: one linear map, fitted to the VAE.

Decoding costs seconds; the preview of a denoising step has to cost nothing. A latent cell and its
eight neighbours give a square of mel cells, by least squares over a few small windows: synthetic
sounds that the VAE encodes and decodes, and noise that it decodes. Every finished take adds to the
sums, so the estimate improves take by take. The `latent2rgb` maps of image generators work in the
same way.

Where latents are those of samples there is no such map; a few places of the clip are decoded.
"""

from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.events import DenoisingStep, Event
from core.api.progress import InnerProgress, Progress
from core.mel import log_mel_spectrogram
from core.models.text_to_audio_model import LogMelModel, WaveformModel
from core.runtime.device_errors import is_out_of_memory
from core.sound_files.resampling import resampled

MAX_COLUMNS = 2048
_KERNEL = 3  # latent cells along time and mel
_WINDOWS = 3
_WINDOW_FRAMES = 24  # latent frames
_TAKE_FRAMES = 512  # of a finished take: more would not change the map
_PLACES = 8
_PLACE_FRAMES = 3  # latent frames decoded at a place; what lies around them is left out
_RIDGE = 1e-4
_SEED = 20
_SILENCE, _LOUD = -11.5, 2.5  # natural-log magnitudes of synthetic sounds


class StepPreview(Protocol):
    """Shows denoising steps before anything is decoded."""

    def mel(self, latents: Tensor) -> FloatArray:
        """Estimate the log-mel (frames, mel) of latents (C, T, F), in as many frames as it has."""

    def learn_from_take(self, latents: Tensor, mel: FloatArray) -> None:
        """Become better by a finished take: latents (1, C, T, F) and its log-mel (frames, mel)."""


class LatentPreview:
    """The map from the denoiser's latents to log-mel, and the sums it is fitted from.

    Args:
        channels: Channels of the latents.
        scale: Mel frames per latent frame, and mel bins per latent bin.
    """

    def __init__(self, channels: int, scale: int) -> None:
        self._channels = channels
        self._scale = scale
        size = channels * _KERNEL**2 + 1  # the last one is a constant
        self._moments = torch.zeros(size, size, dtype=torch.float64)
        self._products = torch.zeros(size, scale**2, dtype=torch.float64)
        self._weights: Tensor | None = None

    def learn(self, latents: Tensor, mel: Tensor) -> None:
        """Add latents (B, C, T, F) with their log-mel (B, 1, T * scale, F * scale) to the fit.

        Values that are not finite are ignored: half precision may overflow.
        """
        if not (torch.isfinite(latents).all() and torch.isfinite(mel).all()):
            return
        # Moved first, widened then: MPS has no float64.
        cells = F.unfold(latents.cpu().double(), _KERNEL, padding=_KERNEL // 2)  # (B, C*9, T*F)
        cells = cells.transpose(1, 2).reshape(-1, cells.shape[1])
        cells = torch.cat([cells, torch.ones(len(cells), 1, dtype=torch.float64)], dim=1)
        squares = F.pixel_unshuffle(mel.cpu().double(), self._scale)  # (B, scale**2, T, F)
        squares = squares.flatten(2).transpose(1, 2).reshape(-1, self._scale**2)
        self._moments = self._moments + cells.T @ cells
        self._products = self._products + cells.T @ squares
        self._weights = None

    def mel(self, latents: Tensor) -> FloatArray:
        """Estimate the log-mel (frames, mel) of latents (C, T, F), of at most `MAX_COLUMNS` frames.

        Of a longer clip it keeps the loudest of neighbouring frames, as the spectrogram view does.
        """
        estimate = F.conv2d(
            latents[None].float().cpu(), *self._kernel_and_constant(), padding=_KERNEL // 2
        )
        mel = F.pixel_shuffle(estimate, self._scale)[0]  # (1, T * scale, F * scale)
        stride = -(-mel.shape[1] // MAX_COLUMNS)
        if stride > 1:
            mel = F.max_pool2d(mel, (stride, 1), ceil_mode=True)
        return np.ascontiguousarray(mel[0].numpy())

    def learn_from_take(self, latents: Tensor, mel: FloatArray) -> None:
        """Add the middle of a finished take to the fit: latents (1, C, T, F), log-mel (T, mel).

        The mel may be shorter than the latents, since a take's last latent frame may be cut.
        """
        scale = mel.shape[1] // latents.shape[3]
        frames = min(latents.shape[2], len(mel) // scale, _TAKE_FRAMES)
        first = (min(latents.shape[2], len(mel) // scale) - frames) // 2
        stretch = np.array(mel[first * scale : (first + frames) * scale], np.float32)
        self.learn(latents[:, :, first : first + frames], torch.from_numpy(stretch)[None, None])

    def _kernel_and_constant(self) -> tuple[Tensor, Tensor]:
        if self._weights is None:
            ridge = _RIDGE * self._moments.diagonal().mean().clamp_min(1e-9)
            moments = self._moments + ridge * torch.eye(len(self._moments), dtype=torch.float64)
            self._weights = torch.linalg.solve(moments, self._products).float()
        kernel = self._weights[:-1].T.reshape(-1, self._channels, _KERNEL, _KERNEL)
        return kernel.contiguous(), self._weights[-1]


@torch.inference_mode()
def fit_preview(model: LogMelModel) -> LatentPreview:
    """Fit the map of a model, which takes as long as decoding a few seconds of sound."""
    vae: Any = model.vae
    preview = LatentPreview(model.latent_channels, model.time_scale)
    sounds = synthetic_log_mels(_WINDOWS, _WINDOW_FRAMES * model.time_scale, model.mel.n_mels)
    encoded = vae.encode(sounds.to(model.device, model.dtype)).latent_dist.mode()
    noise = torch.randn(encoded.shape, generator=torch.Generator().manual_seed(_SEED))
    for latents in (encoded, noise.to(encoded) / model.scaling_factor):
        preview.learn(latents * model.scaling_factor, vae.decode(latents).sample)
    return preview


def fitted_preview(model: LogMelModel) -> LatentPreview | None:
    """The fitted map of a model; None where the free memory is too small to fit it."""
    try:
        return fit_preview(model)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        return None


def synthetic_log_mels(count: int, num_frames: int, num_bins: int) -> Tensor:
    """Log-mels (count, 1, time, mel) of bent and fading partials in noise, always the same."""
    random = np.random.default_rng(_SEED)
    time, bins = np.arange(num_frames)[:, None], np.arange(num_bins)[None]
    mels = []
    for _ in range(count):
        mel = np.full((num_frames, num_bins), random.uniform(_SILENCE, -7.0))
        for _ in range(random.integers(2, 8)):
            mel = np.maximum(mel, _partial(random, time, bins))
        mel += random.normal(0.0, random.uniform(0.1, 1.0), mel.shape)
        mels.append(mel.clip(_SILENCE, _LOUD))
    return torch.from_numpy(np.array(mels, np.float32))[:, None]


def _partial(
    random: np.random.Generator, time: NDArray[np.int64], bins: NDArray[np.int64]
) -> NDArray[np.float64]:
    """One partial (time, mel) with random start, slope, vibrato and decay."""
    bend = random.normal(0.0, 0.05) * time
    tremble = random.uniform(0.0, 3.0) * np.sin(time * random.uniform(0.01, 0.3))
    centre = random.uniform(0.0, bins.size) + bend + tremble
    begin = random.uniform(-time.size / 2, time.size)
    fade = np.where(time > begin, np.exp(-(time - begin) * random.uniform(0.0, 0.05)), 0.0)
    shape = np.exp(-(((bins - centre) / random.uniform(0.6, 6.0)) ** 2) / 2)
    return np.asarray(_SILENCE + random.uniform(3.0, 13.0) * fade * shape)


class PreviewingProgress(InnerProgress):
    """Passes all events on to `parent`, denoising steps with their preview.

    Args:
        parent: Receives the events, and may cancel.
        preview: The map from latents to log-mel.
    """

    def __init__(self, parent: Progress, preview: StepPreview) -> None:
        super().__init__(parent, self._on_event)
        self._preview = preview

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.clean is not None:
            mel = self._preview.mel(torch.from_numpy(event.clean))
            event = replace(event, clean=None, preview=mel)
        self._parent.emit(event)


class WaveformPreview:
    """The estimate of a clip's log-mel by the spectra of a few places, and what is between them.

    Args:
        model: The model.
    """

    def __init__(self, model: WaveformModel) -> None:
        self._model = model

    def learn_from_take(self, latents: Tensor, mel: FloatArray) -> None:
        """Nothing: the network itself makes the estimate."""

    @torch.inference_mode()
    def mel(self, latents: Tensor) -> FloatArray:
        """Estimate the log-mel (frames, mel) of latents (C, T, 1), as many frames as latents."""
        num_frames = latents.shape[1]
        count = max(1, min(_PLACES, num_frames // _PLACE_FRAMES))
        firsts = np.linspace(0, max(0, num_frames - _PLACE_FRAMES), count).round().astype(int)
        clips = torch.stack([latents[:, one : one + _PLACE_FRAMES, 0] for one in firsts])
        spectra = np.stack([self._spectrum(samples) for samples in self._decoded(clips)])
        columns = np.arange(min(num_frames, MAX_COLUMNS)) * max(1.0, num_frames / MAX_COLUMNS)
        centres = firsts + _PLACE_FRAMES / 2
        rows = [np.interp(columns + 0.5, centres, spectrum) for spectrum in spectra.T]
        return np.ascontiguousarray(np.stack(rows, axis=1), np.float32)

    def _decoded(self, clips: Tensor) -> FloatArray:
        """The samples (places, n) of latents (places, C, T), channels averaged."""
        vae: Any = self._model.waveform_vae
        own = next(vae.parameters())
        samples: Tensor = vae.decode(clips.to(own.device, own.dtype)).sample
        return samples.mean(dim=1).float().cpu().numpy()

    def _spectrum(self, samples: FloatArray) -> FloatArray:
        """The mean log-mel (F,) of samples (n,)."""
        params, rate = self._model.mel, self._model.clock.sample_rate
        pieces = list(resampled(iter([samples]), rate, params.sample_rate))
        known = np.concatenate(pieces)
        padded = np.pad(known, (0, max(0, params.hop_length - len(known))))
        mel = log_mel_spectrogram(torch.from_numpy(padded)[None], params)[0, 0]
        return mel.mean(dim=0).numpy()
