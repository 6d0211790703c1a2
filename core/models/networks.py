"""Loads the networks of a model folder from safetensors, and checks them before and after.

It imports diffusers and transformers, which takes seconds: import it only to load a model.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_oobleck import AutoencoderOobleck
from diffusers.models.autoencoders.autoencoder_same import AutoencoderSAME, RotaryEmbedding
from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
from diffusers.models.transformers.stable_audio_transformer import StableAudioDiTModel
from diffusers.models.transformers.transformer_stable_audio3 import StableAudio3DiTModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder
from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import (
    StableAudio3DurationEmbedder,
)
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import (
    ClapConfig,
    ClapTextModelWithProjection,
    GemmaTokenizerFast,
    GPT2Model,
    PreTrainedTokenizerBase,
    Qwen2TokenizerFast,
    Qwen3Model,
    RobertaTokenizerFast,
    SpeechT5HifiGan,
    T5EncoderModel,
    T5GemmaEncoderModel,
    T5TokenizerFast,
    VitsTokenizer,
)
from transformers.initialization import no_init_weights
from transformers.models.vits.modeling_vits import VitsPreTrainedModel, VitsTextEncoder
from transformers.utils.logging import disable_progress_bar

from core.api.progress import Progress
from core.mel import MelParams
from core.models.checks.settings_check import find_failure, find_useless_setting, first_line
from core.models.checks.weights_check import current_name, find_mismatch, find_not_finite, is_unused
from core.models.folder import MAGNITUDE_NETWORK, ModelFolder
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


class VitsTextBranch(VitsPreTrainedModel):  # type: ignore[misc]  # it has no types
    """A VitsModel's text encoder, without all that makes sound."""

    _keys_to_ignore_on_load_unexpected: ClassVar = [r"^(?!text_encoder\.)"]

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.text_encoder = VitsTextEncoder(config)
        self.post_init()


_DIFFUSERS: dict[str, Any] = {
    "AutoencoderKL": AutoencoderKL,
    "AutoencoderOobleck": AutoencoderOobleck,
    "UNet2DConditionModel": UNet2DConditionModel,
    "AudioLDM2UNet2DConditionModel": AudioLDM2UNet2DConditionModel,
    "AudioLDM2ProjectionModel": AudioLDM2ProjectionModel,
    "AutoencoderSAME": AutoencoderSAME,
    "StableAudio3DiTModel": StableAudio3DiTModel,
    "StableAudio3DurationEmbedder": StableAudio3DurationEmbedder,
    "StableAudioDiTModel": StableAudioDiTModel,
    "StableAudioProjectionModel": StableAudioProjectionModel,
    "AceStepTransformer1DModel": AceStepTransformer1DModel,
    "AceStepConditionEncoder": AceStepConditionEncoder,
}
_TRANSFORMERS: dict[str, Any] = {
    "ClapTextModelWithProjection": ClapTextModelWithProjection,
    "ClapModel": ClapTextBranch,
    "T5EncoderModel": T5EncoderModel,
    "Qwen3Model": Qwen3Model,
    "T5GemmaEncoderModel": T5GemmaEncoderModel,
    "VitsModel": VitsTextBranch,
    "GPT2Model": GPT2Model,
    "GPT2LMHeadModel": GPT2Model,  # the same network; only its hidden states are wanted
    "SpeechT5HifiGan": SpeechT5HifiGan,
}
_TOKENIZERS: dict[str, Any] = {  # by the network that reads their tokens
    "ClapTextModelWithProjection": RobertaTokenizerFast,
    "ClapModel": RobertaTokenizerFast,
    "T5EncoderModel": T5TokenizerFast,
    "Qwen3Model": Qwen2TokenizerFast,
    "T5GemmaEncoderModel": GemmaTokenizerFast,
    "VitsModel": VitsTokenizer,
}


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
    network = _make_fitting(folder, component, partial(_from_config, folder, component))
    if folder.classes[component] in _DIFFUSERS:
        _assign_weights(folder, component, network, dtype)
    else:
        network = _load_with_transformers(folder, component, dtype)
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
    _make_fitting(folder, "vocoder", partial(MagnitudeNetwork.from_config, mel, sizes))
    network = MagnitudeNetwork.from_config(mel, sizes)
    for file in folder.weights("vocoder"):
        network.load_state_dict(load_file(file), strict=False)  # all names were checked above
    _check_finite(folder, "vocoder", network)
    return network.eval().requires_grad_(False)


def load_text_encoder(
    folder: ModelFolder,
    component: str,
    *,
    device: torch.device,
    dtype: torch.dtype,
    progress: Progress,
) -> tuple[Any, PreTrainedTokenizerBase]:
    """Load a text encoder onto a device, and its tokenizer.

    Raises:
        ModelLoadError: The network or its tokenizer is damaged.
        Cancelled: The run was cancelled through `progress`.
    """
    networks = load_networks(folder, (component,), device=device, dtype=dtype, progress=progress)
    return networks[component], _load_tokenizer(folder, component)


def _make_fitting(folder: ModelFolder, component: str, build: Callable[[], nn.Module]) -> nn.Module:
    """The network that the config describes, without weights, if the headers of its files fit."""
    files = folder.weights(component)
    found = {name: shape for file in files for name, shape in read_shapes(file).items()}
    _check_layers(folder, component, len(found))
    _refuse_config(folder, component, find_useless_setting(folder.config(component)))
    try:
        with torch.device("meta"), no_init_weights():  # shapes without memory or values
            network = build()
    except Exception as error:  # a bad config surfaces as whatever a layer's constructor raises
        if is_out_of_memory(error):
            raise
        raise folder.refuse(
            f"{component}/config.json does not describe a network ({first_line(error)}); copy or "
            "download it again."
        ) from error
    misfit = find_mismatch(network, found)
    if misfit:
        stem = folder.family.components[component].weights
        raise folder.refuse(
            f"{component}/{stem}.safetensors {misfit}. Files of different models are mixed up "
            "here; copy or download the whole model again."
        )
    _refuse_config(folder, component, find_failure(network))
    return network


def _load_tokenizer(folder: ModelFolder, encoder: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a text encoder: `tokenizer_2` is that of `text_encoder_2`."""
    tokenizer = encoder.replace("text_encoder", "tokenizer")
    tokenizer_class = _TOKENIZERS[folder.classes[encoder]]
    try:
        return tokenizer_class.from_pretrained(folder.path / tokenizer, local_files_only=True)
    except Exception as error:  # the library raises what its parsers raise
        if is_out_of_memory(error):
            raise
        raise folder.refuse(
            f"the {tokenizer} cannot be read; copy or download all files of {tokenizer} again."
        ) from error


def _refuse_config(folder: ModelFolder, component: str, fault: str | None) -> None:
    if fault:
        raise folder.refuse(f"{component}/config.json {fault}; copy or download it again.")


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


def _from_config(folder: ModelFolder, component: str) -> Any:
    """The network that the config describes; the initialisation of its weights may be left out."""
    class_name = folder.classes[component]
    if class_name in _DIFFUSERS:
        with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
            warnings.filterwarnings("ignore", ".*weight_norm", FutureWarning)
            return _DIFFUSERS[class_name].from_config(folder.config(component))
    network = _TRANSFORMERS[class_name](_read_config(folder, component))
    network.tie_weights()  # which is part of it
    return network


def _read_config(folder: ModelFolder, component: str) -> Any:
    """The settings of a network of transformers; of a ClapModel, those of its text branch."""
    network_class = _TRANSFORMERS[folder.classes[component]]
    if network_class is ClapTextBranch:
        return ClapTextBranch.config_from(folder.config(component))
    return network_class.config_class.from_dict(folder.config(component))


def _assign_weights(
    folder: ModelFolder, component: str, network: nn.Module, dtype: torch.dtype
) -> None:
    """Give a network of diffusers its weights, which stay mapped from the files in their precision.

    The library's own way makes the network a second time and takes longer than all the rest.
    """
    names = network.state_dict().keys()
    with _disk_faults_refused(folder, component):
        tensors = _read_tensors(folder, component)
        current = {current_name(name, names): value.to(dtype) for name, value in tensors.items()}
        network.load_state_dict(current, strict=False, assign=True)  # all names were checked
    for module in network.modules():
        if isinstance(module, RotaryEmbedding):  # whose frequencies no file holds
            module.inv_freq = RotaryEmbedding(2 * len(module.inv_freq)).inv_freq


def _load_with_transformers(folder: ModelFolder, component: str, dtype: torch.dtype) -> Any:
    """Load a network with its library, which converts tensors of older versions."""
    with _disk_faults_refused(folder, component):
        disable_progress_bar()
        return _TRANSFORMERS[folder.classes[component]].from_pretrained(
            None,  # it would not find files of every name
            config=_read_config(folder, component),
            state_dict=_read_tensors(folder, component),
            dtype=dtype,
        )


def _read_tensors(folder: ModelFolder, component: str) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for file in folder.weights(component):
        tensors |= {name: each for name, each in load_file(file).items() if not is_unused(name)}
    return tensors


@contextmanager
def _disk_faults_refused(folder: ModelFolder, component: str) -> Iterator[None]:
    """Refuse weights that cannot be read: the headers fit, so that the disk is at fault."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise folder.refuse(f"{component} cannot be read ({error}).") from error


def _check_finite(folder: ModelFolder, component: str, network: nn.Module) -> None:
    name = find_not_finite(network)
    if name is not None:
        raise folder.refuse(
            f"{component} holds values that are not finite in {name}: the weights are damaged; "
            "copy or download them again."
        )
