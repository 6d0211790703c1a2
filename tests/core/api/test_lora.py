from typing import Any

import pytest

from core.api.errors import InvalidRequestError
from core.api.lora import MAX_LORAS, Lora, as_loras
from core.api.request import GenerationRequest


def test_plain_values_are_loras() -> None:
    expected = (Lora("organ", 0.5), Lora("bells"))
    assert as_loras([{"path": "organ", "weight": 0.5}, Lora("bells")]) == expected
    assert GenerationRequest.from_dict({"loras": [{"path": "bells"}]}).loras == expected[1:]
    assert as_loras([]) == ()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ("organ", "have to be a list"),
        ({"path": "organ"}, "have to be a list"),
        (["organ"], "needs a path and a weight"),
        ([{"path": "organ", "scale": 1}], "needs a path and a weight"),
        ([{"path": ""}], "has to be a folder or a file"),
        ([{"path": None}], "has to be a folder or a file"),
        ([{"path": "a\x00"}], "cannot be one on this system"),
        ([{"path": "x" * 5000}], "cannot be one on this system"),
        ([{"path": "a", "weight": "1"}], "has to be a number"),
        ([{"path": "a", "weight": float("nan")}], "has to be a number"),
        ([{"path": "a", "weight": 11}], "between -10 and 10"),
        ([{"path": "a"}] * (MAX_LORAS + 1), f"use {MAX_LORAS} or fewer"),
    ],
)
def test_other_values_are_a_sentence(values: Any, sentence: str) -> None:
    with pytest.raises(InvalidRequestError, match=sentence) as caught:
        GenerationRequest.from_dict({"loras": values})
    assert caught.value.field == "loras"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/loras/organ.safetensors", "organ"),
        ("/loras/organ", "organ"),
        ("/loras/organ.v2", "organ.v2"),
        ("/loras/organ/adapter_model.safetensors", "organ"),
        ("/loras/organ/pytorch_lora_weights.safetensors", "organ"),
        ("/loras/organ/adapter_model.bin", "organ"),
        ("/loras/adapter_model", "adapter_model"),
        ("adapter_model.safetensors", "adapter_model.safetensors"),
        ("/", "/"),
    ],
)
def test_a_lora_is_named_by_what_says_most(path: str, name: str) -> None:
    assert Lora(path).name == name
