"""Folders that hold their weights as an fp16 variant only, in one piece or divided."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.models.family import find_family
from core.models.folder import open_folder
from core.models.networks import load_network

FORMS = {
    "whole": ("{stem}.fp16.safetensors",),
    "divided": ("{stem}.fp16-00001-of-00002.safetensors", "{stem}.fp16-00002-of-00002.safetensors"),
    "divided, older": (
        "{stem}-00001-of-00002.fp16.safetensors",
        "{stem}-00002-of-00002.fp16.safetensors",
    ),
}
INDEXES = ("{stem}.fp16.safetensors.index.json", "{stem}.safetensors.index.fp16.json")


def rewrite_as_variant(folder: Path, form: str) -> None:
    """Replace the weights of each network by a variant in halves."""
    for name, component in open_folder(folder).family.components.items():
        stem = component.weights
        if stem is None:
            continue
        whole = folder / name / f"{stem}.safetensors"
        tensors = load_file(whole)
        whole.unlink()
        halves = {
            key: value.half() if value.is_floating_point() else value
            for key, value in tensors.items()
        }
        names = [each.format(stem=stem) for each in FORMS[form]]
        placed = {key: names[index % len(names)] for index, key in enumerate(halves)}
        for each in names:
            part = {key: value for key, value in halves.items() if placed[key] == each}
            save_file(part, folder / name / each, {"format": "pt"})
        for index in INDEXES if len(names) > 1 else ():
            text = json.dumps({"metadata": {}, "weight_map": placed})
            (folder / name / index.format(stem=stem)).write_text(text)


@pytest.mark.parametrize("form", list(FORMS))
@pytest.mark.parametrize("family", ["AudioLDM2Pipeline", "MusicLDMPipeline"])
def test_a_variant_opens_with_the_values_it_holds(
    tiny_audioldm2_folder: Path,
    tiny_musicldm_folder: Path,
    tmp_path: Path,
    family: str,
    form: str,
) -> None:
    source = tiny_audioldm2_folder if family == "AudioLDM2Pipeline" else tiny_musicldm_folder
    folder = shutil.copytree(source, tmp_path / "model")
    rewrite_as_variant(folder, form)
    known = find_family({"_class_name": family})
    assert known is not None
    for name, component in known.components.items():
        if component.weights:
            whole = load_network(open_folder(source), name, torch.float16)
            variant = load_network(open_folder(folder), name, torch.float16)
            assert variant.state_dict().keys() == whole.state_dict().keys()
            for key, value in variant.state_dict().items():  # T5 keeps some in float32
                assert value.dtype == whole.state_dict()[key].dtype
                assert torch.equal(value.half(), whole.state_dict()[key].half()), key
            assert not variant.training


def test_a_variant_of_2023_opens_by_its_old_names(model_folder: Path) -> None:
    vae = model_folder / "vae"
    whole = load_network(open_folder(model_folder), "vae", torch.float32)
    tensors = load_file(vae / "diffusion_pytorch_model.safetensors")
    old = {
        key.replace(".to_q.", ".query.").replace(".to_out.0.", ".proj_attn."): value.contiguous()
        for key, value in tensors.items()
    }
    assert old.keys() != tensors.keys()
    (vae / "diffusion_pytorch_model.safetensors").unlink()
    save_file(old, vae / "diffusion_pytorch_model.fp16.safetensors", {"format": "pt"})
    variant = load_network(open_folder(model_folder), "vae", torch.float32)
    for key, value in variant.state_dict().items():
        assert torch.equal(value, whole.state_dict()[key]), key
