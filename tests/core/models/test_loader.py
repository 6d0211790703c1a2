import errno
import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.api.errors import (
    Cancelled,
    DeviceMemoryError,
    ModelLoadError,
    NotAgreedError,
    TesseraError,
)
from core.api.progress import Progress
from core.mel import MelParams
from core.models.families import assembly
from core.models.families.audioldm import AudioLdm
from core.models.hub.hub import Hub
from core.models.loader import BUNDLED_FOLDER, find_folder, load_model
from core.models.text_to_audio_model import TextToAudioModel
from core.vocoders.magnitude_network import MagnitudeNetwork
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder
from tests.tiny_model import build_tiny_model, predict_once, reconstruct_phases

VAE = "vae/diffusion_pytorch_model.safetensors"
UNET = "unet/diffusion_pytorch_model.safetensors"
TEXT = "text_encoder/model.safetensors"
VOCODER = "vocoder/model.safetensors"
WEIGHTS = [VAE, UNET, TEXT, VOCODER]


def load(folder: Path, dtype: torch.dtype = torch.float32) -> TextToAudioModel:
    return load_model(
        str(folder), device=torch.device("cpu"), dtype=dtype, progress=Progress(), hub=Hub()
    )


def refusal(folder: Path) -> str:
    with pytest.raises(ModelLoadError) as caught:
        load(folder)
    return str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_every_network_has_its_precision_and_is_in_eval_mode(
    tiny_model_folder: Path, dtype: torch.dtype
) -> None:
    model = load(tiny_model_folder, dtype)
    assert isinstance(model, AudioLdm)
    predict_once(model.unet)
    expected = {model.vae: {dtype}, model.clap.text_encoder: {dtype}}
    for network, dtypes in {**expected, model.unet: {dtype, torch.float32}}.items():
        assert {parameter.dtype for parameter in network.parameters()} == dtypes
        assert not network.training
        assert not any(parameter.requires_grad for parameter in network.parameters())
    assert (model.device, model.dtype) == (torch.device("cpu"), torch.float32)


@pytest.mark.parametrize("is_faster", [True, False])
@pytest.mark.parametrize("may_round", [True, False])
def test_products_are_rounded_where_they_may_be_and_are_faster(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch, is_faster: bool, may_round: bool
) -> None:
    monkeypatch.setattr(assembly, "use_rounded_products", lambda widths: is_faster)
    model = load_model(
        str(tiny_model_folder),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
        may_round=may_round,
    )
    assert isinstance(model, AudioLdm)
    predict_once(model.unet)
    dtypes = {parameter.dtype for parameter in model.unet.parameters()}
    assert (torch.bfloat16 in dtypes) == (is_faster and may_round)
    assert {parameter.dtype for parameter in model.vae.parameters()} == {torch.float32}


def test_weights_kept_in_half_precision_load_in_full(model_folder: Path) -> None:
    for file in WEIGHTS:
        tensors = load_file(model_folder / file)
        halved = {
            name: tensor.half() if tensor.is_floating_point() else tensor
            for name, tensor in tensors.items()
        }
        save_file(halved, model_folder / file, metadata={"format": "pt"})
    model = load(model_folder)
    assert isinstance(model, AudioLdm)
    assert model.unet.dtype == model.vae.dtype == model.clap.text_encoder.dtype == torch.float32


def test_weights_arrive_bit_for_bit(tiny_model_folder: Path) -> None:
    model = load(tiny_model_folder)
    assert isinstance(model, AudioLdm)
    for network, file in ((model.vae, VAE), (model.unet, UNET), (model.clap.text_encoder, TEXT)):
        for name, expected in load_file(tiny_model_folder / file).items():
            assert torch.equal(network.state_dict()[name], expected), name


def test_loading_inside_inference_mode_gives_ordinary_tensors(tiny_model_folder: Path) -> None:
    with torch.inference_mode():
        model = load(tiny_model_folder)
    assert not any(parameter.is_inference() for parameter in model.vae.parameters())


@pytest.mark.parametrize("file", WEIGHTS)
@pytest.mark.parametrize("kept", [0, 5, 0.5, 0.99])
def test_truncated_weights_are_refused_and_named(
    model_folder: Path, file: str, kept: float
) -> None:
    content = (model_folder / file).read_bytes()
    size = kept if isinstance(kept, int) else int(kept * len(content))
    (model_folder / file).write_bytes(content[:size])
    sentence = refusal(model_folder)
    assert Path(file).name in sentence
    assert "cut short" in sentence
    assert "download it again" in sentence


def test_unet_weights_in_place_of_the_vaes_are_refused(model_folder: Path) -> None:
    shutil.copy(model_folder / UNET, model_folder / VAE)
    sentence = refusal(model_folder)
    assert f"{VAE} holds the weights of a UNet" in sentence
    assert "copy or download the whole model again" in sentence


def test_weights_of_a_model_of_another_size_are_refused(model_folder: Path) -> None:
    config = json.loads((model_folder / "unet/config.json").read_text())
    config["layers_per_block"] = 2
    (model_folder / "unet/config.json").write_text(json.dumps(config))
    assert "tensors" in refusal(model_folder)


@pytest.mark.parametrize("file", WEIGHTS)
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(
    model_folder: Path, file: str, value: float
) -> None:
    tensors = load_file(model_folder / file)
    name = next(name for name in tensors if name.endswith(".bias"))
    tensors[name][0] = value
    save_file(tensors, model_folder / file, metadata={"format": "pt"})
    sentence = refusal(model_folder)
    assert f"{Path(file).parent} holds values that are not finite in {name}" in sentence


@pytest.mark.parametrize("component", ["vae", "unet", "text_encoder", "vocoder"])
def test_a_config_that_describes_no_network_is_refused(model_folder: Path, component: str) -> None:
    config = model_folder / component / "config.json"
    values = json.loads(config.read_text())
    broken = {
        key: "wrong" if isinstance(value, list | int) else value for key, value in values.items()
    }
    kept = {key: values[key] for key in ("architectures",) if key in values}
    config.write_text(json.dumps({**broken, **kept}))
    assert f"{component}/config.json" in refusal(model_folder)


def test_a_tokenizer_without_its_words_is_refused(model_folder: Path) -> None:
    (model_folder / "tokenizer/tokenizer.json").write_text("{}")
    assert "tokenizer cannot be read" in refusal(model_folder)


def test_a_tokenizer_in_the_files_of_older_models_reads_the_same(
    model_folder: Path, tiny_model_folder: Path
) -> None:
    file = model_folder / "tokenizer/tokenizer.json"
    words = json.loads(file.read_text())["model"]
    (model_folder / "tokenizer/vocab.json").write_text(json.dumps(words["vocab"]))
    (model_folder / "tokenizer/merges.txt").write_text("#version: 0.2\n")
    file.unlink()
    prompt = "Church organ, 🎹"
    old, new = (
        load(folder).encode_prompt(prompt, "").positive["class_labels"]
        for folder in (model_folder, tiny_model_folder)
    )
    assert torch.equal(old, new)


def test_parts_of_different_models_are_refused(model_folder: Path) -> None:
    config = model_folder / "vocoder/config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "model_in_dim": 63}))
    tensors = load_file(model_folder / VOCODER)
    tensors["conv_pre.weight"] = tensors["conv_pre.weight"][:, :63].contiguous()
    tensors |= {name: tensors[name][:63].contiguous() for name in ("mean", "scale")}
    save_file(tensors, model_folder / VOCODER, metadata={"format": "pt"})
    assert "parts of different models" in refusal(model_folder)


def test_without_a_neural_vocoder_phases_are_reconstructed(model_folder: Path) -> None:
    file, config = reconstruct_phases(model_folder)
    model = load(model_folder)
    assert isinstance(model.vocoder, PhaseReconstructionVocoder)
    assert model.mel == model.vocoder.params
    file.write_text(json.dumps({**config, "hop_length": None}))
    assert "vocoder/config.json cannot be used" in refusal(model_folder)


def test_the_magnitude_network_is_loaded_with_its_weights(model_folder: Path) -> None:
    file, config = reconstruct_phases(model_folder, magnitude_network={"width": 8, "num_blocks": 1})
    assert "vocoder/model.safetensors is missing" in refusal(model_folder)
    network = MagnitudeNetwork(MelParams(), 8, 1)
    weights = {name: value.half() for name, value in network.state_dict().items()}
    save_file(weights, model_folder / "vocoder/model.safetensors", metadata={"format": "pt"})
    vocoder = load(model_folder).vocoder
    assert isinstance(vocoder, PhaseReconstructionVocoder)
    assert vocoder.magnitudes.context_frames == network.context_frames
    weights["last.bias"][0] = float("nan")
    save_file(weights, model_folder / "vocoder/model.safetensors", metadata={"format": "pt"})
    assert "not finite in last.bias" in refusal(model_folder)
    del weights["last.bias"]
    save_file(weights, model_folder / "vocoder/model.safetensors", metadata={"format": "pt"})
    assert "lacks 1 of" in refusal(model_folder)
    file.write_text(json.dumps({**config, "magnitude_network": [8, 1]}))
    assert "vocoder/config.json does not describe a network" in refusal(model_folder)


def test_a_model_loads_after_another_was_refused(
    model_folder: Path, tiny_model_folder: Path
) -> None:
    (model_folder / UNET).unlink()
    refusal(model_folder)
    assert load(tiny_model_folder).latent_channels == 4


@pytest.mark.parametrize(
    "place",
    [
        "transformers.RobertaTokenizerFast.from_pretrained",
        "torch.nn.Conv2d.__init__",
        "core.models.networks.load_file",
    ],
)
@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOMEM, "no memory")], ids=repr)
def test_memory_that_runs_out_is_not_called_damage(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception
) -> None:
    def run_out(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(place, run_out)
    with pytest.raises(DeviceMemoryError, match="does not fit into the memory"):
        load(tiny_model_folder)


def test_loading_can_be_cancelled_between_networks(tiny_model_folder: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        load_model(
            str(tiny_model_folder),
            device=torch.device("cpu"),
            dtype=torch.float32,
            progress=progress,
        )


def test_the_same_folder_built_twice_is_the_same_model(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    twin = build_tiny_model(tmp_path / "twin")
    for file in WEIGHTS:
        one, other = load_file(tiny_model_folder / file), load_file(twin / file)
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_tiny_model_is_audible(tiny_model_folder: Path) -> None:
    stream = load(tiny_model_folder).vocoder.stream()
    samples = np.concatenate([stream.push(torch.full((60, 64), -2.0)), stream.finish()])
    assert 0.01 < np.abs(samples).max() <= 1


def test_bundled_names_the_folder_in_the_resources(tmp_path: Path) -> None:
    assert find_folder("bundled", Hub(models_folder=tmp_path)) == BUNDLED_FOLDER
    assert BUNDLED_FOLDER.parts[-3:] == ("resources", "models", "bundled")


def test_a_name_that_is_neither_folder_nor_hub_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TesseraError, match="there is no such folder"):
        load(tmp_path / "no" / "such" / "place")


def test_without_a_network_a_hub_model_is_refused_at_once(tmp_path: Path) -> None:
    nobody = Hub(endpoint="http://127.0.0.1:9", models_folder=tmp_path)
    start_s = time.perf_counter()
    with pytest.raises(ModelLoadError, match="the hub cannot be reached"):
        find_folder("owner/model", nobody)
    assert time.perf_counter() - start_s < 10


def test_a_downloaded_model_is_found_without_a_network(tmp_path: Path) -> None:
    (tmp_path / "owner--model").mkdir()
    nobody = Hub(endpoint="http://127.0.0.1:9", models_folder=tmp_path)
    assert find_folder("owner/model", nobody) == tmp_path / "owner--model"


def test_a_download_without_consent_states_size_and_licence() -> None:
    error = NotAgreedError("owner/model", 1_690_000_000, "CC-BY-NC-SA-4.0")
    assert "1.7 GB" in str(error)
    assert "CC-BY-NC-SA-4.0" in str(error)
