import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.config import Blend, EngineConfig, Offload, Precision, TilingConfig, TilingMode
from core.api.errors import InvalidRequestError

COUNTS = ("tile_frames", "tile_bins", "memory_budget")
PADDINGS = ("decoder_padding", "encoder_padding")


@given(st.sampled_from(TilingMode), st.sampled_from(Offload))
def test_strings_become_the_enums_they_name(mode: TilingMode, offload: Offload) -> None:
    config = TilingConfig(mode=mode.value, offload=offload.value)

    assert config.mode is mode
    assert config.offload is offload


@given(st.sampled_from(Precision))
def test_a_precision_may_be_given_by_torchs_own_dtype(precision: Precision) -> None:
    dtype = getattr(torch, precision)

    assert TilingConfig(compute_dtype=dtype, store_dtype=dtype).compute_dtype is precision
    assert EngineConfig(precision=dtype).precision is precision


@pytest.mark.parametrize("field", ["mode", "offload", "compute_dtype", "store_dtype"])
@given(st.text())
def test_a_word_that_is_no_choice_is_refused_with_the_choices(field: str, word: str) -> None:
    if word.removeprefix("torch.") in {*TilingMode, *Offload, *Precision}:
        return
    with pytest.raises(InvalidRequestError, match="has to be one of") as refused:
        TilingConfig(**{field: word})
    assert refused.value.field == field


@pytest.mark.parametrize("field", COUNTS)
@given(st.integers(1, 2**40))
def test_positive_counts_are_taken_as_they_are(field: str, count: int) -> None:
    assert getattr(TilingConfig(**{field: count}), field) == count


@pytest.mark.parametrize("field", COUNTS)
@pytest.mark.parametrize("value", [0, -1, 1.5, "64", True, float("nan")])
def test_a_count_that_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidRequestError, match="whole number of at least 1") as refused:
        TilingConfig(**{field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("field", PADDINGS)
def test_padding_may_be_none_at_all_but_not_less(field: str) -> None:
    assert getattr(TilingConfig(**{field: 0}), field) == 0
    with pytest.raises(InvalidRequestError):
        TilingConfig(**{field: -1})


def test_the_context_is_the_clip_or_a_window() -> None:
    assert TilingConfig().context == "clip"
    assert TilingConfig(context=512).context == 512
    for value in (0, "window", None):
        with pytest.raises(InvalidRequestError):
            TilingConfig(context=value)  # type: ignore[arg-type]


@given(
    st.sampled_from(TilingMode),
    st.none() | st.sampled_from(Precision),
    st.none() | st.integers(1, 2**40),
    st.booleans(),
)
def test_a_config_comes_back_from_json(
    mode: TilingMode, precision: Precision | None, budget: int | None, own_context: bool
) -> None:
    config = EngineConfig(
        precision=precision,
        tiling=TilingConfig(mode=mode, memory_budget=budget, store_dtype=precision),
        context_of_take=own_context,
        blend=Blend.SWAP,
    )
    assert EngineConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_entries_of_a_newer_config_are_ignored() -> None:
    values = {"device": "cpu", "colour": "blue", "tiling": {"mode": "off", "shape": "round"}}
    expected = EngineConfig(device="cpu", tiling=TilingConfig(mode=TilingMode.OFF))
    assert EngineConfig.from_dict(values) == expected


@pytest.mark.parametrize(
    "values",
    [
        {"device": 5},
        {"precision": "float8"},
        {"tiling": "exact"},
        {"tiling": None},
        {"tiling": {"mode": "newer"}},
        {"tiling": {"fast": "yes"}},
        {"context_of_take": 1},
        {"windows_at_once": 0},
    ],
)
def test_a_config_with_an_unusable_value_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        EngineConfig.from_dict(values)


def test_devices_that_share_the_work_are_kept() -> None:
    config = EngineConfig(device="cuda:0", other_devices=("cuda:1",))

    assert EngineConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("devices", ["cuda:1", [1], None])
def test_devices_that_are_no_names_are_refused(devices: object) -> None:
    with pytest.raises(InvalidRequestError):
        EngineConfig.from_dict({"other_devices": devices})
