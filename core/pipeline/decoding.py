"""Chooses the decoder of a model by what the model has."""

from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.decoder import Decoder
from core.pipeline.mel_decoder import MelDecoder


def decoder_of(model: TextToAudioModel) -> Decoder:
    """What turns the model's latents into sound."""
    return MelDecoder(model)
