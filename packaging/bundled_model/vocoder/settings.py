"""What the folder's vocoder/config.json says, for `core.vocoders.phase_reconstruction`."""

from typing import Any

from bundled_model.data.clip import MEL
from core.vocoders.magnitude_network import MagnitudeNetwork

VOCODER_CONFIG = {
    "_class_name": "PhaseReconstructionVocoder",
    "sampling_rate": MEL.sample_rate,
    "model_in_dim": MEL.n_mels,
    "n_fft": MEL.n_fft,
    "hop_length": MEL.hop_length,
    "n_iter": 32,
    "momentum": 0.99,
}
"""`sampling_rate` and `model_in_dim` are the names that AudioLDM's pipeline asks a vocoder for."""


def vocoder_config(network: MagnitudeNetwork) -> dict[str, Any]:
    """Return the contents of vocoder/config.json for a vocoder with this magnitude network."""
    sizes = {"width": network.last.in_features, "num_blocks": len(network.blocks)}
    return {**VOCODER_CONFIG, "magnitude_network": sizes}
