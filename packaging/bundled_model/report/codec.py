"""How much of a real clip is left after the codec, and after the vocoder."""

from dataclasses import dataclass

import torch
from torch import Tensor

from bundled_model.data.clip import MEL
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.report.generation import vocode_all
from bundled_model.report.measures import log_spectral_distance_db
from core.mel import log_mel_spectrogram
from core.models.text_to_audio_model import TextToAudioModel
from core.vocoders.vocoder import Vocoder

MEASURED_CLIPS = 124


@dataclass(frozen=True)
class VocoderError:
    """How far vocoded real clips are from the clips themselves.

    Attributes:
        log_spectral_db: Log-spectral distance, in dB.
        log_mel_l1: Mean absolute error of their log-mels (natural log).
    """

    log_spectral_db: float
    log_mel_l1: float


def measure_codec_error(model: TextToAudioModel, held_out: WaveformStore) -> float:
    """Return the mean absolute error of held-out log-mels (natural log) through the codec."""
    real = held_out.log_mels(torch.arange(min(MEASURED_CLIPS, len(held_out))))
    return (through_codec(model, real) - real).abs().mean().item()


def measure_vocoder(vocoder: Vocoder, log_mels: Tensor, waveforms: Tensor) -> VocoderError:
    """Vocode the log-mels (B, 1, T, F) of waveforms (B, n) and compare."""
    vocoded = vocode_all(vocoder, log_mels)
    return VocoderError(
        log_spectral_distance_db(vocoded, waveforms),
        (log_mel_spectrogram(vocoded, MEL) - log_mels).abs().mean().item(),
    )


@torch.inference_mode()
def through_codec(model: TextToAudioModel, log_mel: Tensor) -> Tensor:
    """Return log-mels after encoding and decoding, without noise on the latents."""
    pieces = [
        model.vae.decode(model.vae.encode(piece).latent_dist.mean).sample
        for piece in log_mel.split(16)
    ]
    return torch.cat(pieces).float()
