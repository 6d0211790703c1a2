"""Chooses the decoder of a model by what the model has."""

from core.models.text_to_audio_model import LogMelModel, TextToAudioModel, WaveformModel
from core.pipeline.decoder import Decoder
from core.pipeline.mel_decoder import MelDecoder
from core.pipeline.waveform_decoder import WaveformDecoder


def decoder_of(model: TextToAudioModel) -> Decoder:
    """What turns the model's latents into sound."""
    if isinstance(model, LogMelModel):
        return MelDecoder(model)
    assert isinstance(model, WaveformModel)
    return WaveformDecoder(model)
