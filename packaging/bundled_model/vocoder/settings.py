"""What the folder's vocoder/config.json says, for `core.vocoders.phase_reconstruction`."""

from core.mel import MelParams

PARAMS = MelParams()

VOCODER_CONFIG = {
    "_class_name": "PhaseReconstructionVocoder",
    "sampling_rate": PARAMS.sample_rate,
    "model_in_dim": PARAMS.n_mels,
    "n_fft": PARAMS.n_fft,
    "hop_length": PARAMS.hop_length,
    "n_iter": 32,
    "momentum": 0.99,
}
"""`sampling_rate` and `model_in_dim` are the names that AudioLDM's pipeline asks a vocoder for."""
