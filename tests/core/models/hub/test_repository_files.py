from types import SimpleNamespace

import pytest

from core.api.errors import ModelLoadError
from core.models.family import AUDIOLDM, AUDIOLDM2, Family
from core.models.hub.repository_files import select_files


def weights_of(family: Family) -> list[str]:
    return [
        f"{name}/{component.weights}.safetensors"
        for name, component in family.components.items()
        if component.weights
    ]


WHOLE = weights_of(AUDIOLDM)


def selected(*paths: str, family: Family = AUDIOLDM) -> set[str]:
    siblings = [SimpleNamespace(rfilename=path, size=10, lfs=None) for path in paths]
    return {file.path for file in select_files("owner/model", family, siblings)}


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


def test_an_fp16_variant_is_taken_where_there_is_nothing_else() -> None:
    variant = "unet/diffusion_pytorch_model.fp16.safetensors"
    others = [path for path in WHOLE if not path.startswith("unet")]
    assert selected(*others, variant) == {*others, variant}
    assert selected(*WHOLE, variant) == set(WHOLE)


@pytest.mark.parametrize("ending", ["safetensors", "bin"])
def test_a_part_that_is_not_offered_is_named(ending: str) -> None:
    others = [path for path in WHOLE if not path.startswith("unet")]
    with pytest.raises(ModelLoadError, match=rf"00002-of-00002\.{ending}, which is a part of its"):
        selected(*others, f"unet/diffusion_pytorch_model-00001-of-00002.{ending}")


@pytest.mark.parametrize("absent", WHOLE)
def test_a_network_without_safetensors_is_named(absent: str) -> None:
    with pytest.raises(ModelLoadError, match=f"weights of its {absent.partition('/')[0]} as"):
        selected(*(path for path in WHOLE if path != absent))


def test_each_family_has_files_of_its_own() -> None:
    besides = ["tokenizer_2/tokenizer.json", "language_model/config.json"]
    whole = weights_of(AUDIOLDM2)
    assert selected(*whole, *besides, family=AUDIOLDM2) == {*whole, *besides}
    assert selected(*whole, *besides, family=AUDIOLDM) == set(WHOLE)
    with pytest.raises(ModelLoadError, match="weights of its projection_model as"):
        selected(*(path for path in whole if "projection" not in path), family=AUDIOLDM2)
