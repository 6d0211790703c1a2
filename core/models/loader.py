"""Loads a model by its name: the bundled one, a folder, or a downloaded hub id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from core.api.errors import NotAgreedError, NotConvertedError
from core.api.lora import Lora
from core.api.progress import Progress
from core.api.request import BUNDLED_MODEL
from core.models.conversion.converted_models import pickled_bytes
from core.models.family import (
    ACE_STEP,
    AUDIOLDM,
    AUDIOLDM2,
    AUDIOLDM2_SPEECH,
    AUDIOLDM_T5,
    MUSICLDM,
    STABLE_AUDIO,
    STABLE_AUDIO_3,
)
from core.models.folder import (
    BUNDLED_FOLDER,
    ModelFolder,
    damage_as_sentence,
    damage_error,
    open_folder,
)
from core.models.hub.hub import Hub, local_path
from core.models.text_to_audio_model import TextToAudioModel
from core.runtime.device_errors import is_device_lost, is_out_of_memory, memory_errors_as


def load_model(
    source: str,
    *,
    device: torch.device,
    dtype: torch.dtype,
    progress: Progress,
    hub: Hub | None = None,
    loras: Sequence[Lora] = (),
    may_round: bool = False,
) -> TextToAudioModel:
    """Load a model for inference.

    Args:
        source: "bundled", a folder in diffusers' format, or a hub id such as
            "cvssp/audioldm-s-full-v2".
        device: Where its networks go.
        dtype: Their precision.
        progress: May cancel between two networks.
        hub: Where hub ids are looked up; the public hub when left out.
        loras: What is merged into its weights.
        may_round: Whether products of its denoiser may be in bfloat16, where a processor is to
            compute in float32 and was measured to be faster so.

    Raises:
        ModelLoadError: It is missing, incomplete, damaged or not supported, or the hub cannot be
            reached; or a LoRA is, or does not fit it.
        NotAgreedError: It has to be downloaded first, and a person has to agree to that.
        NotConvertedError: Its weights have to be converted first, likewise.
        Cancelled: The run was cancelled through `progress`.
    """
    path = find_folder(source, hub or Hub())
    with damage_refused(str(path)), memory_errors_as(_no_memory(device)):
        folder = replace(_with_loras(open_folder(path), loras, progress), may_round=may_round)
        load = _loaders()[folder.family.name]
        model = load(folder, device=device, dtype=dtype, progress=progress)
        if model.capabilities.max_prompt_tokens < 1:
            raise ValueError("there is no room for the tokens of a prompt")
    return model


def _with_loras(folder: ModelFolder, loras: Sequence[Lora], progress: Progress) -> ModelFolder:
    """The folder, whose networks get the changes of the LoRAs when they are loaded."""
    if not loras:
        return folder
    from core.models.lora.adapter import read_adapter  # imports safetensors' torch part
    from core.models.lora.merging import check_components, merge_adapters

    adapters = []
    for lora in loras:
        with damage_as_sentence(lora.path):
            adapters.append(read_adapter(lora, progress))
    check_components(adapters, folder.family)
    return replace(folder, merge=partial(merge_adapters, adapters))


@contextmanager
def damage_refused(source: str, part: str = "one of its files") -> Iterator[None]:
    """Raise a ModelLoadError where a model leads to an error that nothing expected.

    A wrong setting of a network may show only when the network runs.
    """
    try:
        with damage_as_sentence(source, part):
            yield
    except RuntimeError as error:
        if is_out_of_memory(error) or is_device_lost(error):
            raise
        raise damage_error(source, error, part) from error


def _no_memory(device: torch.device) -> str:
    """What a person reads where the model is too large for a device."""
    if device.type == "cpu":
        return (
            "The model does not fit into the memory that is free. Close other programs, or choose "
            "a smaller model."
        )
    return (
        f"The model does not fit into the memory of {device}. Close other programs, choose a "
        "smaller model, or choose the processor (cpu) as the device."
    )


def fetch_model(
    source: str,
    progress: Progress,
    hub: Hub | None = None,
    *,
    download: bool = True,
    convert: bool = True,
) -> Path:
    """The folder of a model; downloaded and converted if necessary.

    Args:
        source: As for `load_model`.
        progress: May cancel both.
        hub: Likewise.
        download: Whether a person has agreed to a download.
        convert: Whether a person has agreed to a conversion of weights that are pickles.

    Raises:
        ModelLoadError: There is no such model, the hub cannot be reached, the disk is full, or
            the weights cannot be converted.
        NotAgreedError, NotConvertedError: What is necessary was not agreed to.
        Cancelled: The run was cancelled through `progress`; of a download, what has arrived is
            kept.
    """
    hub = hub or Hub()
    try:
        return find_folder(source, hub)
    except NotAgreedError:
        if not download:
            raise
        offer = hub.describe(source)
        if offer.pickled_bytes and not convert:
            raise NotConvertedError(source, offer.pickled_bytes, str(hub.models_folder)) from None
        return hub.download(offer, progress, agreed=True)
    except NotConvertedError:
        if not convert:
            raise
        return hub.convert(source, progress)


def find_folder(source: str, hub: Hub) -> Path:
    """The folder of a model on this machine.

    Raises:
        ModelLoadError: There is none, and the hub has none or cannot be reached.
        NotAgreedError: The hub has it.
        NotConvertedError: Its weights are pickles, and there is no converted copy.
    """
    if source == BUNDLED_MODEL:
        return BUNDLED_FOLDER
    path = local_path(source)
    if path is not None:
        return hub.converted_models.resolve(path)
    found = hub.find_downloaded(source) or hub.find_cached(source)
    if found:
        return found
    pickled = hub.find_pickled(source)
    if pickled:
        raise NotConvertedError(source, pickled_bytes(pickled), str(hub.models_folder))
    offer = hub.describe(source)
    raise NotAgreedError(source, offer.size_bytes, offer.licence, offer.pickled_bytes)


def _loaders() -> Mapping[str, Callable[..., TextToAudioModel]]:
    """The function that loads a folder, by family name; imported here since that takes seconds."""
    from core.models.families.ace_step import load_ace_step
    from core.models.families.audioldm import load_audioldm
    from core.models.families.audioldm2 import load_audioldm2
    from core.models.families.audioldm2_speech import load_audioldm2_speech
    from core.models.families.audioldm_t5 import load_audioldm_t5
    from core.models.families.musicldm import load_musicldm
    from core.models.families.stable_audio import load_stable_audio
    from core.models.families.stable_audio_3 import load_stable_audio_3

    return {
        ACE_STEP.name: load_ace_step,
        AUDIOLDM.name: load_audioldm,
        AUDIOLDM2.name: load_audioldm2,
        AUDIOLDM2_SPEECH.name: load_audioldm2_speech,
        AUDIOLDM_T5.name: load_audioldm_t5,
        MUSICLDM.name: load_musicldm,
        STABLE_AUDIO.name: load_stable_audio,
        STABLE_AUDIO_3.name: load_stable_audio_3,
    }
