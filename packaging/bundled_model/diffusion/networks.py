"""The generator's networks, in the shapes that AudioLDM's pipeline expects."""

import torch
from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import ClapTextConfig, ClapTextModelWithProjection

from bundled_model.data.clip import CLIP_SAMPLES, MEL
from bundled_model.vae.network import LATENT_CHANNELS
from bundled_model.vae.principal import PATCH

PROMPT_WIDTH = 160
PROMPT_GAIN = 8.0
"""A unit vector of so many numbers has small ones: its first layer starts this much stronger."""

LATENT_SIZE = (CLIP_SAMPLES // MEL.hop_length // PATCH, MEL.n_mels // PATCH)
"""Time and mel of the latents of one clip."""
PLAIN_LEVELS = 2
ATTENTION_HEADS = 4
"""diffusers calls their number `attention_head_dim`."""
TRAINING_STEPS = 1000
SCHEDULER_CONFIG = {
    "num_train_timesteps": TRAINING_STEPS,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.0015,
    "beta_end": 0.0195,
    "prediction_type": "v_prediction",
}
"""AudioLDM's noise schedule; the network predicts v (Salimans and Ho, 2022, appendix D)."""


def new_text_encoder(vocabulary_size: int) -> ClapTextModelWithProjection:
    """Return a fresh text encoder: three layers of `PROMPT_WIDTH`."""
    config = ClapTextConfig(
        vocab_size=vocabulary_size,
        hidden_size=PROMPT_WIDTH,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=4 * PROMPT_WIDTH,
        max_position_embeddings=192,
        projection_dim=PROMPT_WIDTH,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return ClapTextModelWithProjection(config)


def new_unet(channels: tuple[int, ...] = (64, 128, 192, 224)) -> UNet2DConditionModel:
    """Return a fresh UNet for the latents of one window.

    It gets the prompt twice: as one vector beside the time, and token by token, which all levels
    but the two finest attend to.
    """
    attending = len(channels) - PLAIN_LEVELS
    unet = UNet2DConditionModel(
        sample_size=LATENT_SIZE,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        down_block_types=("DownBlock2D",) * PLAIN_LEVELS + ("CrossAttnDownBlock2D",) * attending,
        up_block_types=("CrossAttnUpBlock2D",) * attending + ("UpBlock2D",) * PLAIN_LEVELS,
        block_out_channels=channels,
        cross_attention_dim=PROMPT_WIDTH,
        layers_per_block=1,
        attention_head_dim=ATTENTION_HEADS,
        norm_num_groups=16,
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=PROMPT_WIDTH,
        class_embeddings_concat=True,
    )
    with torch.no_grad():
        unet.class_embedding.weight *= PROMPT_GAIN
    return unet


def new_scheduler() -> DPMSolverMultistepScheduler:
    """Return the folder's scheduler: DPM-Solver++ with steps even in log-SNR, as in the app."""
    return DPMSolverMultistepScheduler(**SCHEDULER_CONFIG, use_lu_lambdas=True)
