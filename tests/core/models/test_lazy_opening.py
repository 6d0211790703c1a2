"""Opening cheaply changes no sound: kernels at the first call, pages of files given back."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.api.config import EngineConfig, TilingConfig
from core.api.events import DenoisingStep, Event, TileDecoded
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.engine import Engine
from core.kernels.fast_layers import use_fast_layers
from core.kernels.kernels_of_weight import KernelsOfWeight
from core.kernels.processor_speed import ProcessorSpeed
from core.models.families import latent_diffusion
from core.runtime import file_pages


def kernels_of(unet: Any) -> list[tuple[KernelsOfWeight, Any]]:
    """All kernels of a UNet, each with the layer that has their weight."""
    return [
        (part, getattr(layer, "conv", getattr(layer, "proj", layer)))
        for layer in unet.modules()
        for part in layer.children()
        if isinstance(part, KernelsOfWeight)
    ]


def use_fast_layers_at_once(unet: Any, latent_bins: int, *, rounds_products: bool) -> None:
    use_fast_layers(unet, latent_bins, rounds_products=rounds_products)
    for kernels, layer in kernels_of(unet):
        kernels(layer.weight)


def generate(folder: Path, *, is_lazy: bool) -> Take:
    engine = Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))
    model: Any = engine.load(str(folder), Progress())
    kernels = [part for part, _ in kernels_of(model.unet)]
    assert kernels
    for part in kernels:
        assert bool(list(part.buffers())) is not is_lazy
    return engine.generate(
        GenerationRequest(
            prompt="organ",
            negative_prompt="rain",
            duration_s=1.0,
            num_inference_steps=3,
            seed=3,
            model=str(folder),
        )
    )


@pytest.mark.parametrize(
    "fixture", ["tiny_model_folder", "tiny_musicldm_folder", "tiny_audioldm2_folder"]
)
def test_a_sound_is_to_the_bit_what_it_is_with_all_made_at_once(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, fixture: str
) -> None:
    monkeypatch.setattr(ProcessorSpeed, "min_winograd_area", 16 * 16)
    folder: Path = request.getfixturevalue(fixture)
    lazy = generate(folder, is_lazy=True)
    monkeypatch.setattr(latent_diffusion, "use_fast_layers", use_fast_layers_at_once)
    monkeypatch.setattr(file_pages, "_madvise", lambda: None)
    at_once = generate(folder, is_lazy=False)
    assert np.array_equal(lazy.latents, at_once.latents)
    assert np.array_equal(lazy.waveform, at_once.waveform)
    assert np.abs(lazy.waveform).max() > 0


@pytest.mark.skipif(not file_pages.PAGEMAP.exists(), reason="only Linux says what is in memory")
def test_decoding_has_the_memory_of_the_denoisers_mapped_weights(tiny_model_folder: Path) -> None:
    engine = Engine(EngineConfig(device="cpu"))
    model: Any = engine.load(str(tiny_model_folder), Progress())
    held: dict[type[Event], int] = {}

    def note(event: Event) -> None:
        held[type(event)] = sum(file_pages_held(each) for each in model.unet.parameters())

    engine.generate(
        GenerationRequest(duration_s=1.0, num_inference_steps=2, model=str(tiny_model_folder)),
        Progress(note),
    )
    assert held[DenoisingStep] > 0
    assert held[TileDecoded] == 0


def file_pages_held(tensor: torch.Tensor) -> int:
    """Pages of mapped files that this process holds for a tensor."""
    first = tensor.data_ptr() // mmap.PAGESIZE
    last = (tensor.data_ptr() + tensor.nbytes - 1) // mmap.PAGESIZE
    with file_pages.PAGEMAP.open("rb", buffering=0) as pagemap:
        pagemap.seek(first * 8)
        entries = np.frombuffer(pagemap.read((last - first + 1) * 8), np.uint64)
    return int((entries >> 63 & entries >> 61 & 1).sum())
