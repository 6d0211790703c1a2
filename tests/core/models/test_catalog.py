from core.models.catalog import KNOWN_MODELS, find_known_model
from core.models.family import FAMILIES
from core.models.hub.hub import is_hub_id


def test_every_known_model_is_found_by_its_hub_id() -> None:
    assert KNOWN_MODELS
    assert all(find_known_model(model.source) is model for model in KNOWN_MODELS)
    assert all(is_hub_id(model.source) for model in KNOWN_MODELS)


def test_every_catalog_model_has_a_family_and_a_licence() -> None:
    assert {model.family for model in KNOWN_MODELS} <= {family.name for family in FAMILIES}
    assert all(model.licence and model.size_bytes > 10**9 for model in KNOWN_MODELS)


def test_an_unknown_id_is_not_found() -> None:
    assert find_known_model("owner/model") is None
