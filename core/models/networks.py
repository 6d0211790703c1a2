"""The networks of a model folder, loaded from safetensors and checked before and after.

Imports diffusers and transformers, which takes seconds: import this module when a model is loaded.
"""

from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import nn
from transformers import (
    ClapTextModelWithProjection,
    PreTrainedTokenizerBase,
    RobertaTokenizerFast,
    SpeechT5HifiGan,
)
from transformers.utils.logging import disable_progress_bar

from core.models.fit import find_misfit
from core.models.folder import WEIGHT_STEMS, ModelFolder
from core.models.weights_file import read_shapes

_DIFFUSERS = {"vae": AutoencoderKL, "unet": UNet2DConditionModel}
_TRANSFORMERS = {"text_encoder": ClapTextModelWithProjection, "vocoder": SpeechT5HifiGan}


def load_network(folder: ModelFolder, component: str, dtype: torch.dtype) -> Any:
    """Load one network, ready for inference on the CPU.

    Raises:
        ModelLoadError: Its config cannot be used, its weights do not fit, or they are not finite.
    """
    _check_fit(folder, component)
    network = _read(folder, component, dtype)
    _check_finite(folder, component, network)
    return network.eval().requires_grad_(False)


def load_tokenizer(folder: ModelFolder) -> PreTrainedTokenizerBase:
    """Load the text encoder's tokenizer.

    Raises:
        ModelLoadError: Its files are missing or unusable.
    """
    try:
        return RobertaTokenizerFast.from_pretrained(
            folder.path / "tokenizer", local_files_only=True
        )
    except Exception as error:  # the library raises what its parsers raise
        raise folder.refuse(
            "the tokenizer cannot be read; copy or download its files (tokenizer.json, or "
            "vocab.json and merges.txt) anew."
        ) from error


def _check_fit(folder: ModelFolder, component: str) -> None:
    """Compare the weights' headers with the network that the config describes."""
    try:
        with torch.device("meta"):  # shapes without memory
            network = _from_config(folder, component)
    except Exception as error:  # a bad config surfaces as whatever a layer's constructor raises
        raise folder.refuse(
            f"{component}/config.json does not describe a network ({error}); copy or download it "
            "anew."
        ) from error
    files = folder.weights(component)
    found = {name: shape for file in files for name, shape in read_shapes(file).items()}
    misfit = find_misfit(network, found)
    if misfit:
        raise folder.refuse(
            f"{component}/{WEIGHT_STEMS[component]}.safetensors {misfit}. Files of different "
            "models are mixed up here; copy or download the whole model anew."
        )


def _from_config(folder: ModelFolder, component: str) -> nn.Module:
    config = folder.config(component)
    network: nn.Module
    if component in _DIFFUSERS:
        network = _DIFFUSERS[component].from_config(config)
        return network
    network_class: Any = _TRANSFORMERS[component]
    network = network_class(network_class.config_class.from_dict(config))
    return network


def _read(folder: ModelFolder, component: str, dtype: torch.dtype) -> Any:
    """Let the library read the weights; old names of tensors are its business."""
    path = folder.path / component
    options: dict[str, Any] = {"dtype": dtype, "use_safetensors": True, "local_files_only": True}
    try:
        if component in _DIFFUSERS:
            return _DIFFUSERS[component].from_pretrained(path, low_cpu_mem_usage=False, **options)
        disable_progress_bar()
        return _TRANSFORMERS[component].from_pretrained(path, **options)
    except Exception as error:  # the headers were fine: what is left is a disk or memory fault
        raise folder.refuse(f"{component} cannot be read ({error}).") from error


def _check_finite(folder: ModelFolder, component: str, network: nn.Module) -> None:
    """Refuse NaN and infinity: they pass through minimum and maximum, which is the fastest look."""
    for name, tensor in network.named_parameters():
        if not torch.stack(tensor.aminmax()).isfinite().all():
            raise folder.refuse(
                f"{component} holds values that are not finite in {name}: the weights are "
                "damaged; copy or download them anew."
            )
