from types import SimpleNamespace

import pytest

from core.errors import ModelLoadError
from core.models.folder import WEIGHT_STEMS
from core.models.hub_selection import select_files

WHOLE = [f"{component}/{stem}.safetensors" for component, stem in WEIGHT_STEMS.items()]


def selected(*paths: str) -> set[str]:
    siblings = [SimpleNamespace(rfilename=path, size=10, lfs=None) for path in paths]
    return {file.path for file in select_files("owner/model", siblings)}


@pytest.mark.parametrize(
    "path",
    [
        "model_index.json",
        "tessera.json",
        "unet/config.json",
        "tokenizer/vocab.json",
        "tokenizer/merges.txt",
        "scheduler/scheduler_config.json",
    ],
)
def test_configs_and_words_belong_to_a_model(path: str) -> None:
    assert selected(*WHOLE, path) == {*WHOLE, path}


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        ".gitattributes",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "audioldm.ckpt",
        "safety_checker/config.json",
        "unet/deep/config.json",
        "../config.json",
        "unet/../../config.json",
        "unet/..\\config.json",
        "/unet/config.json",
    ],
)
def test_anything_else_stays_where_it_is(path: str) -> None:
    assert selected(*WHOLE, path) == set(WHOLE)


def test_divided_weights_are_taken_part_by_part() -> None:
    parts = [f"unet/diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    others = [path for path in WHOLE if not path.startswith("unet")]
    assert selected(*others, *parts) == {*others, *parts}


@pytest.mark.parametrize("absent", WHOLE)
def test_a_network_without_safetensors_is_named(absent: str) -> None:
    with pytest.raises(ModelLoadError, match=f"weights of its {absent.partition('/')[0]} as"):
        selected(*(path for path in WHOLE if path != absent))
