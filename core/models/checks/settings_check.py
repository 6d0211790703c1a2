"""Whether a network can run with its settings: weights that fit do not show that.

Of the text encoders only numbers are checked. Whether these run shows at the first prompt.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from core.models.checks.shape_inference import ShapeInference
from core.runtime.device_errors import is_out_of_memory
from core.vocoders.hifigan import HifiGanVocoder

_RANGES = {  # in which a network gives more than silence, infinity or NaN
    "sampling_rate": (1000, 384_000),
    "leaky_relu_slope": (0, 1),
    "scaling_factor": (1e-6, 1e6),
    "norm_eps": (0, 1),
    "layer_norm_eps": (0, 1),
    "layer_norm_epsilon": (0, 1),
    "mid_block_scale_factor": (1e-6, 1e6),
    "downsample_padding": (0, 1),
}
_NUM_FRAMES = 4


def find_useless_setting(config: Mapping[str, Any]) -> str | None:
    """A clause about the first setting that is no number in its range; None if all are.

    The settings of a ClapModel's text branch are inside its own.
    """
    if isinstance(text_config := config.get("text_config"), dict):
        return find_useless_setting(text_config)
    for name, (least, most) in _RANGES.items():
        value = config.get(name, least)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:  # NaN is in no range
            return f"has {value!r:.40} for {name}, which has to be {least:,g} to {most:,g}"
    return None


def find_failure(network: nn.Module) -> str | None:
    """A clause that says why a network does not run; None if it does, or is not checked here.

    Args:
        network: On the meta device: its tensors have shapes and no values, so that a run takes
            milliseconds and no memory.
    """
    trial = _TRIALS.get(type(network).__name__)
    if trial is None:
        return None
    try:
        with torch.inference_mode(), ShapeInference():
            return trial(network.eval())
    except Exception as error:  # a bad setting surfaces as whatever a layer raises
        if is_out_of_memory(error):
            raise
        return f"describes a network that cannot run ({first_line(error)})"


def first_line(error: Exception) -> str:
    """What an error says, without the lines that do not fit into a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:200].rstrip(".:") or type(error).__name__


def _run_denoiser(network: Any) -> str | None:
    """Denoise latents (1, C, T, F) whose size each level can halve."""
    config = network.config
    size = 2 ** (len(config.block_out_channels) + 1)
    latents = _meta(1, config.in_channels, size, size)
    conditioning: dict[str, Tensor | None] = {"encoder_hidden_states": None}
    if config.get("class_embed_type"):
        conditioning["class_labels"] = _meta(1, config.projection_class_embeddings_input_dim)
    for name, width in zip(("", "_1"), _attended_widths(config), strict=False):
        conditioning[f"encoder_hidden_states{name}"] = _meta(1, _NUM_FRAMES, width)
        conditioning[f"encoder_attention_mask{name}"] = _meta(1, _NUM_FRAMES)
    result = network(latents, 1, **conditioning).sample
    return None if result.shape[2:] == latents.shape[2:] else "gives latents of another size"


def _attended_widths(config: Any) -> tuple[int, ...]:
    """The widths of both sequences that AudioLDM2's UNet attends to; AudioLDM's has none.

    Blocks without attention may name any width. A single number is the width of CLAP's tokens.
    """
    widths = config.cross_attention_dim
    if isinstance(widths, int):
        return (widths,)
    if not isinstance(widths, list | tuple):
        return ()
    for kind, attended in zip(config.down_block_types, widths, strict=False):
        if kind.startswith("CrossAttn") and isinstance(attended, list | tuple):
            return tuple(width for width in attended if width)
    return ()


def _run_vae(network: Any) -> str | None:
    """Encode and decode a log-mel (1, 1, T, M)."""
    size = 2 ** (len(network.config.block_out_channels) + 1)
    mel = _meta(1, network.config.in_channels, size, size)
    result = network.decode(network.encode(mel).latent_dist.mode()).sample
    return None if result.shape[2:] == mel.shape[2:] else "gives log-mels of another size"


def _run_vocoder(network: Any) -> str | None:
    """Vocode log-mel frames (1, T, M), and compare the length with that of its layers."""
    config = network.config
    for name, partner in (
        ("upsample_kernel_sizes", "upsample_rates"),
        ("resblock_dilation_sizes", "resblock_kernel_sizes"),
    ):
        if len(getattr(config, name)) != len(getattr(config, partner)):
            return f"has lists of different lengths for {name} and {partner}"
    for rate, kernel in zip(config.upsample_rates, config.upsample_kernel_sizes, strict=True):
        if not 1 <= rate <= kernel:
            return f"has {kernel} in upsample_kernel_sizes for {rate} in upsample_rates"
    samples = network(_meta(1, _NUM_FRAMES, config.model_in_dim))
    expected = HifiGanVocoder(network).num_samples(_NUM_FRAMES)
    if samples.shape[-1] != expected:
        return f"makes {samples.shape[-1]} samples where its upsample_rates mean {expected}"
    return None


def _meta(*shape: int) -> Tensor:
    return torch.zeros(shape, device="meta")


_TRIALS = {
    "UNet2DConditionModel": _run_denoiser,
    "AudioLDM2UNet2DConditionModel": _run_denoiser,
    "AutoencoderKL": _run_vae,
    "SpeechT5HifiGan": _run_vocoder,
}
