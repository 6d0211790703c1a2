"""Loads the networks of a model folder from safetensors, and checks them before and after.

It imports diffusers and transformers, which takes seconds: import it only to load a model.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from safetensors.torch import load_file
from torch import nn
from transformers import (
    ClapConfig,
    ClapTextModelWithProjection,
    GPT2Model,
    PreTrainedTokenizerBase,
    RobertaTokenizerFast,
    SpeechT5HifiGan,
    T5EncoderModel,
    T5TokenizerFast,
)
from transformers.utils.logging import disable_progress_bar

from core.api.progress import Progress
from core.mel import MelParams
from core.models.folder import MAGNITUDE_NETWORK, ModelFolder
from core.models.weights_check import current_name, find_mismatch
from core.models.weights_file import read_shapes
from core.runtime.device_errors import is_out_of_memory
from core.vocoders.magnitude_network import MagnitudeNetwork


class ClapTextBranch(ClapTextModelWithProjection):  # type: ignore[misc]  # it has no types
    """A ClapModel's text branch; its tensors have the same names as in the whole model.

    transformers reads from the class which tensors may stay unread; without the subclass it would
    warn about a fifth of the file.
    """

    _keys_to_ignore_on_load_unexpected: ClassVar = [r"^audio_(model|projection)\.", "^logit_scale_"]

    @staticmethod
    def config_from(clap_config: dict[str, Any]) -> Any:
        """The text branch's settings from a ClapModel's config; some are outside text_config."""
        return ClapConfig.from_dict(clap_config).text_config


_DIFFUSERS: dict[str, Any] = {
    "AutoencoderKL": AutoencoderKL,
    "UNet2DConditionModel": UNet2DConditionModel,
    "AudioLDM2UNet2DConditionModel": AudioLDM2UNet2DConditionModel,
    "AudioLDM2ProjectionModel": AudioLDM2ProjectionModel,
}
_TRANSFORMERS: dict[str, Any] = {
    "ClapTextModelWithProjection": ClapTextModelWithProjection,
    "ClapModel": ClapTextBranch,
    "T5EncoderModel": T5EncoderModel,
    "GPT2Model": GPT2Model,
    "GPT2LMHeadModel": GPT2Model,  # the same network; only its hidden states are wanted
    "SpeechT5HifiGan": SpeechT5HifiGan,
}
_TOKENIZERS: dict[str, Any] = {"tokenizer": RobertaTokenizerFast, "tokenizer_2": T5TokenizerFast}


def load_networks(
    folder: ModelFolder,
    components: tuple[str, ...],
    *,
    device: torch.device,
    dtype: torch.dtype,
    progress: Progress,
) -> dict[str, Any]:
    """Load several networks, by the names of their components, onto a device.

    Raises:
        ModelLoadError: One of them is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    networks = {}
    for component in components:
        progress.check_cancelled()
        networks[component] = load_network(folder, component, dtype).to(device)
    return networks


def load_network(folder: ModelFolder, component: str, dtype: torch.dtype) -> Any:
    """Load one network, ready for inference on the CPU.

    Raises:
        ModelLoadError: Its config cannot be used, its weights do not fit, or they are not finite.
    """
    _check_weights_match(folder, component, partial(_from_config, folder, component))
    network = _load_weights(folder, component, dtype)
    _check_finite(folder, component, network)
    if folder.merge is not None:
        folder.merge(component, network)
    return network.eval().requires_grad_(False)


def load_magnitude_network(folder: ModelFolder, mel: MelParams) -> MagnitudeNetwork:
    """Load the network of a phase-reconstruction vocoder: float32, on the CPU.

    Raises:
        ModelLoadError: As `load_network`.
    """
    sizes = folder.config("vocoder")[MAGNITUDE_NETWORK]
    _check_weights_match(folder, "vocoder", partial(MagnitudeNetwork.from_config, mel, sizes))
    network = MagnitudeNetwork.from_config(mel, sizes)
    for file in folder.weights("vocoder"):
        network.load_state_dict(load_file(file), strict=False)  # all names were checked above
    _check_finite(folder, "vocoder", network)
    return network.eval().requires_grad_(False)


def load_tokenizer(folder: ModelFolder, component: str = "tokenizer") -> PreTrainedTokenizerBase:
    """Load a text encoder's tokenizer.

    Raises:
        ModelLoadError: Its files are missing or unusable.
    """
    try:
        return _TOKENIZERS[component].from_pretrained(
            folder.path / component, local_files_only=True
        )
    except Exception as error:  # the library raises what its parsers raise
        raise folder.refuse(
            f"the {component} cannot be read; copy or download all files of {component} again."
        ) from error


def _check_weights_match(
    folder: ModelFolder, component: str, build: Callable[[], nn.Module]
) -> None:
    """Compare the weights' headers with the network that the config describes."""
    files = folder.weights(component)
    found = {name: shape for file in files for name, shape in read_shapes(file).items()}
    _check_layers(folder, component, len(found))
    try:
        with torch.device("meta"):  # shapes without memory
            network = build()
    except Exception as error:  # a bad config surfaces as whatever a layer's constructor raises
        raise folder.refuse(
            f"{component}/config.json does not describe a network ({error}); copy or download it "
            "again."
        ) from error
    misfit = find_mismatch(network, found)
    if misfit:
        stem = folder.family.components[component].weights
        raise folder.refuse(
            f"{component}/{stem}.safetensors {misfit}. Files of different models are mixed up "
            "here; copy or download the whole model again."
        )


def _check_layers(folder: ModelFolder, component: str, num_tensors: int) -> None:
    """Refuse more layers than there are tensors: making a billion of them would never end."""
    waiting: list[object] = [folder.config(component)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
            counts = [each for name, each in value.items() if "layer" in name]
            waiting += [each for each in counts if isinstance(each, list)]
            numbers = [n for each in counts for n in (each if isinstance(each, list) else [each])]
            if any(isinstance(n, int) and n > num_tensors for n in numbers):
                raise folder.refuse(
                    f"{component}/config.json asks for more layers than there are weights; copy "
                    "or download it again."
                )


def _from_config(folder: ModelFolder, component: str) -> nn.Module:
    class_name = folder.classes[component]
    network: nn.Module
    if class_name in _DIFFUSERS:
        network = _DIFFUSERS[class_name].from_config(folder.config(component))
    else:
        network_class = _TRANSFORMERS[class_name]
        network = network_class(_read_config(folder, component))
    return network


def _read_config(folder: ModelFolder, component: str) -> Any:
    """The settings of a network of transformers; of a ClapModel, those of its text branch."""
    network_class = _TRANSFORMERS[folder.classes[component]]
    if network_class is ClapTextBranch:
        return ClapTextBranch.config_from(folder.config(component))
    return network_class.config_class.from_dict(folder.config(component))


def _load_weights(folder: ModelFolder, component: str, dtype: torch.dtype) -> Any:
    """Load the weights with the network's library, which also maps old names of tensors."""
    path, class_name = folder.path / component, folder.classes[component]
    if not _has_usual_names(folder, component):
        return _load_tensors(folder, component, dtype)
    options: dict[str, Any] = {"dtype": dtype, "use_safetensors": True, "local_files_only": True}
    try:
        if class_name in _DIFFUSERS:
            return _DIFFUSERS[class_name].from_pretrained(path, low_cpu_mem_usage=False, **options)
        disable_progress_bar()
        config = _read_config(folder, component)
        return _TRANSFORMERS[class_name].from_pretrained(path, config=config, **options)
    except Exception as error:  # the headers were fine: what is left is a disk or memory fault
        if is_out_of_memory(error):
            raise
        raise folder.refuse(f"{component} cannot be read ({error}).") from error


def _has_usual_names(folder: ModelFolder, component: str) -> bool:
    """Whether the libraries find the weights by themselves, unlike the parts of an fp16 variant."""
    usual = f"{folder.family.components[component].weights}.safetensors"
    files = folder.weights(component)
    is_indexed = (folder.path / component / f"{usual}.index.json").is_file()
    return files[0].name == usual or (is_indexed and ".fp16" not in files[0].name)


def _load_tensors(folder: ModelFolder, component: str, dtype: torch.dtype) -> Any:
    """Load the weights from files of any name; `_check_weights_match` has seen that they fit."""
    class_name = folder.classes[component]
    files = folder.weights(component)
    try:
        tensors = {name: value for file in files for name, value in load_file(file).items()}
        if class_name not in _DIFFUSERS:
            config = _read_config(folder, component)
            return _TRANSFORMERS[class_name].from_pretrained(
                None, config=config, state_dict=tensors, dtype=dtype
            )
        network = _from_config(folder, component)
        allowed = network.state_dict().keys()
        current = {current_name(name, allowed): value.to(dtype) for name, value in tensors.items()}
        network.load_state_dict(current, strict=False, assign=True)
    except Exception as error:  # as in `_load_weights`
        if is_out_of_memory(error):
            raise
        raise folder.refuse(f"{component} cannot be read ({error}).") from error
    return network


def _check_finite(folder: ModelFolder, component: str, network: nn.Module) -> None:
    """Refuse NaN and infinity: both show in minimum and maximum, which is the fastest check."""
    for name, tensor in network.named_parameters():
        if not torch.stack(tensor.aminmax()).isfinite().all():
            raise folder.refuse(
                f"{component} holds values that are not finite in {name}: the weights are "
                "damaged; copy or download them again."
            )
