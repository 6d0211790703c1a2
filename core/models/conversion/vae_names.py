"""The VAE and the vocoder of an original checkpoint: diffusers' names, and configs.

Sources, read as facts: haoheliu/AudioLDM (audioldm/variational_autoencoder/modules.py,
audioldm/hifigan/models.py, audioldm/utils.py), haoheliu/AudioLDM2 (audioldm2/utilities/model.py,
`get_vocoder_config` and `get_vocoder_config_48k`), and diffusers' conversion scripts.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.models.conversion.stored_tensor import (
    ComputedTensor,
    StoredTensor,
    Tensors,
    WritableTensors,
)

ATTENTION_NAMES = {
    "norm": "group_norm",
    "q": "to_q",
    "k": "to_k",
    "v": "to_v",
    "proj_out": "to_out.0",
}
"""Parts of the attention in the middle; linear layers in diffusers, convolutions of 1x1 before."""
VAE_NAMES = (
    (r"(encoder|decoder)\.norm_out\.", r"\1.conv_norm_out."),
    (r"(encoder|decoder)\.mid\.block_1\.", r"\1.mid_block.resnets.0."),
    (r"(encoder|decoder)\.mid\.block_2\.", r"\1.mid_block.resnets.1."),
    (r"encoder\.down\.(\d+)\.block\.", r"encoder.down_blocks.\1.resnets."),
    (r"encoder\.down\.(\d+)\.downsample\.", r"encoder.down_blocks.\1.downsamplers.0."),
    (r"\.nin_shortcut\.", r".conv_shortcut."),
)
_UP = re.compile(r"decoder\.up\.(\d+)\.(block|upsample)\.")
_ATTENTION = re.compile(r"(encoder|decoder)\.mid\.attn_1\.(\w+)\.(weight|bias)")
_LEVEL = re.compile(r"encoder\.down\.(\d+)\.block\.(\d+)\.conv1\.weight")


@dataclass(frozen=True, slots=True)
class KnownVocoder:
    """A HiFi-GAN whose strides are known; a checkpoint does not hold them.

    Attributes:
        kernel_sizes: Of its upsampling layers, by which it is recognised.
        rates: Their strides.
        sampling_rate: Samples a second.
    """

    kernel_sizes: tuple[int, ...]
    rates: tuple[int, ...]
    sampling_rate: int


KNOWN_VOCODERS = (
    KnownVocoder((16, 16, 8, 4, 4), (5, 4, 2, 2, 2), 16_000),
    KnownVocoder((12, 10, 8, 4, 4), (6, 5, 4, 2, 2), 48_000),
)
_DILATIONS = (1, 3, 5)


def convert_vae(tensors: Tensors, scaling_factor: float) -> tuple[WritableTensors, dict[str, Any]]:
    """The tensors of a VAE by diffusers' names, and its config.

    Raises:
        KeyError, ValueError: It has another structure than the originals.
    """
    levels = [(int(found[1]), int(found[2])) for found in map(_LEVEL.fullmatch, tensors) if found]
    num_levels = 1 + max(level for level, _ in levels)
    num_layers = 1 + max(layer for _, layer in levels)
    renamed: WritableTensors = {
        _vae_name(name, num_levels): _as_linear(name, tensor) for name, tensor in tensors.items()
    }
    channels = [
        tensors[f"encoder.down.{level}.block.0.conv1.weight"].shape[0]
        for level in range(num_levels)
    ]
    latent_channels, embedded = tensors["post_quant_conv.weight"].shape[:2]
    if latent_channels != embedded:
        raise ValueError("its latents are embedded in another number of channels")
    return renamed, {
        "_class_name": "AutoencoderKL",
        "in_channels": tensors["encoder.conv_in.weight"].shape[1],
        "out_channels": tensors["decoder.conv_out.weight"].shape[0],
        "latent_channels": latent_channels,
        "block_out_channels": channels,
        "layers_per_block": num_layers,
        "down_block_types": ["DownEncoderBlock2D"] * num_levels,
        "up_block_types": ["UpDecoderBlock2D"] * num_levels,
        "sample_size": 512,
        "scaling_factor": scaling_factor,
    }


def _vae_name(name: str, num_levels: int) -> str:
    if found := _ATTENTION.fullmatch(name):
        part = ATTENTION_NAMES[found[2]]
        return f"{found[1]}.mid_block.attentions.0.{part}.{found[3]}"
    if found := _UP.match(name):  # the decoder counts its levels from the finest one
        level = num_levels - 1 - int(found[1])
        part = "resnets" if found[2] == "block" else "upsamplers.0"
        name = f"decoder.up_blocks.{level}.{part}.{name[found.end() :]}"
    for pattern, replacement in VAE_NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def _as_linear(name: str, tensor: StoredTensor) -> StoredTensor | ComputedTensor:
    """A convolution of 1x1 of the attention as a linear layer: (O, I, 1, 1) -> (O, I)."""
    is_convolution = ".attn_1." in name and len(tensor.shape) > 2
    return tensor.reshaped(tensor.shape[:2]) if is_convolution else tensor


def convert_vocoder(tensors: Tensors) -> tuple[WritableTensors, dict[str, Any]]:
    """The tensors of a HiFi-GAN by transformers' names, and its config.

    Raises:
        KeyError, ValueError: It is none that is known.
    """
    folded = _without_weight_norm(tensors)
    ups = [f"ups.{index}.weight" for index in range(len(folded)) if f"ups.{index}.weight" in folded]
    kernels = tuple(folded[name].shape[2] for name in ups)
    known = next((each for each in KNOWN_VOCODERS if each.kernel_sizes == kernels), None)
    if known is None:
        raise ValueError(f"its vocoder upsamples with kernels of {kernels}, which is unknown")
    blocks = 1 + max(int(name.split(".")[1]) for name in folded if name.startswith("resblocks."))
    per_level = blocks // len(ups)
    convolutions = sum(name.startswith("resblocks.0.convs1.") for name in folded) // 2
    mel_bins = folded["conv_pre.weight"].shape[1]
    renamed = {re.sub(r"^ups\.", "upsampler.", name): tensor for name, tensor in folded.items()}
    renamed["mean"] = ComputedTensor.of(np.zeros(mel_bins))  # unused, as normalize_before is not
    renamed["scale"] = ComputedTensor.of(np.ones(mel_bins))
    return renamed, {
        "architectures": ["SpeechT5HifiGan"],
        "model_type": "hifigan",
        "model_in_dim": mel_bins,
        "sampling_rate": known.sampling_rate,
        "upsample_initial_channel": folded["conv_pre.weight"].shape[0],
        "upsample_rates": list(known.rates),
        "upsample_kernel_sizes": list(kernels),
        "resblock_kernel_sizes": [
            folded[f"resblocks.{block}.convs1.0.weight"].shape[2] for block in range(per_level)
        ],
        "resblock_dilation_sizes": [list(_DILATIONS[:convolutions])] * per_level,
        "leaky_relu_slope": 0.1,
        "normalize_before": False,
    }


def _without_weight_norm(tensors: Tensors) -> WritableTensors:
    """The tensors with weight norm folded in: w = g v / |v|, Salimans and Kingma (2016).

    The originals save their vocoder without it. A vocoder that was trained further has it, under
    the names of torch before or after version 2.1.
    """
    plain: WritableTensors = {}
    for name, tensor in tensors.items():
        old = name.endswith(".weight_g")
        if old or name.endswith(".parametrizations.weight.original0"):
            module = name.removesuffix(".weight_g").removesuffix(
                ".parametrizations.weight.original0"
            )
            direction = f"{module}.weight_v" if old else name.removesuffix("0") + "1"
            values = tensors[direction].to_float()
            axes = tuple(range(1, values.ndim))
            norm = np.sqrt((values**2).sum(axis=axes, keepdims=True))
            plain[f"{module}.weight"] = ComputedTensor.of(tensor.to_float() * values / norm)
        elif not name.endswith((".weight_v", ".parametrizations.weight.original1")):
            plain[name] = tensor
    return plain
