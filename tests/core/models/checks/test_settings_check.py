"""Settings that fit the weights but let no network run are named when the model is opened."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.checks.settings_check import find_failure, find_useless_setting, first_line
from core.models.loader import load_model
from tests.tiny_families import tiny_unet2
from tests.tiny_model import tiny_token_unet, tiny_unet, tiny_vae, tiny_vocoder


def refusal(folder: Path, component: str, **values: Any) -> str:
    """What is said about a model whose component has these settings."""
    path = folder / component / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    with pytest.raises(ModelLoadError) as refused:
        load_model(
            str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
        )
    return str(refused.value)


@pytest.mark.parametrize("make", [tiny_unet, tiny_token_unet, tiny_unet2, tiny_vae, tiny_vocoder])
def test_networks_as_they_should_be_have_no_fault(make: Any) -> None:
    with torch.device("meta"):
        network = make()

    assert find_failure(network) is None
    assert find_useless_setting(vars(network.config) or network.config) is None


@pytest.mark.parametrize(
    ("component", "name", "value"),
    [
        ("vocoder", "sampling_rate", 0),
        ("vocoder", "sampling_rate", -1),
        ("vocoder", "leaky_relu_slope", 1e308),
        ("vocoder", "leaky_relu_slope", float("nan")),
        ("vocoder", "upsample_rates", [2, 2, 2, 4, 5]),
        ("vocoder", "upsample_rates", [5, 4, 2, 2, 2, 2]),
        ("vocoder", "upsample_rates", [5, 5, 5, 5, 5]),
        ("vocoder", "upsample_rates", [0, 0, 0, 0, 0]),
        ("vae", "scaling_factor", 0),
        ("vae", "scaling_factor", None),
        pytest.param("vae", "scaling_factor", 10**400, id="huge"),
        ("unet", "norm_eps", None),
        ("unet", "norm_eps", -1.0),
        ("unet", "mid_block_scale_factor", "x"),
        ("unet", "downsample_padding", 2),
        ("text_encoder", "layer_norm_eps", -1.0),
        ("text_encoder", "layer_norm_eps", float("nan")),
    ],
)
def test_a_setting_of_no_use_is_named(
    model_folder: Path, component: str, name: str, value: Any
) -> None:
    said = refusal(model_folder, component, **{name: value})

    assert f"{component}/config.json" in said
    assert name in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("component", "values"),
    [
        ("vae", {"norm_num_groups": -1}),
        ("vae", {"act_fn": "nonsense"}),
        ("vae", {"block_out_channels": [16, 8, 8]}),
        ("unet", {"norm_num_groups": -1}),
        ("unet", {"norm_num_groups": 3}),
        ("unet", {"attention_head_dim": -1}),
        ("unet", {"freq_shift": "x"}),
        ("unet", {"dropout": float("nan")}),
        ("vocoder", {"leaky_relu_slope": "steep"}),
        ("vocoder", {"resblock_kernel_sizes": [3, 7, 7]}),
    ],
)
def test_settings_that_do_not_go_together_name_their_part(
    model_folder: Path, component: str, values: dict[str, Any]
) -> None:
    said = refusal(model_folder, component, **values)

    assert f"{component}/" in said
    assert "\n" not in said


def test_an_error_of_many_lines_is_one_line_of_a_sentence() -> None:
    assert (
        first_line(ValueError("field 'a':\n    expected int\n\nsee")) == "field 'a': expected int"
    )
    assert first_line(ValueError()) == "ValueError"
