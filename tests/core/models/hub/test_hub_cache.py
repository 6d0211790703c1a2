"""Models that another program has downloaded are used, and never downloaded again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.hub.hub import Hub
from core.models.hub.hub_cache import default_cache_folder, find_snapshot, list_sources
from core.models.loader import fetch_model, find_folder, load_model
from tests.core.models.cached_model import put_into_cache
from tests.core.models.local_hub import SOURCE, LocalHub, serve

UNET = "unet/diffusion_pytorch_model.safetensors"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def snapshot(model_folder: Path, cache: Path) -> Path:
    return put_into_cache(model_folder, cache, SOURCE)


@pytest.fixture
def server(model_folder: Path) -> Iterator[LocalHub]:
    with serve(SOURCE, model_folder) as running:
        yield running


def hub_at(endpoint: str, cache: Path) -> Hub:
    return Hub(endpoint, models_folder=cache.parent / "downloads", cache_folder=cache)


def test_a_cached_model_loads_offline(snapshot: Path, cache: Path) -> None:
    hub = hub_at(NOWHERE, cache)
    assert find_folder(SOURCE, hub) == snapshot
    model = load_model(
        SOURCE, device=torch.device("cpu"), dtype=torch.float32, progress=Progress(), hub=hub
    )
    assert model.card.name == SOURCE


def test_a_cached_model_is_not_downloaded(snapshot: Path, cache: Path, server: LocalHub) -> None:
    hub = hub_at(server.endpoint, cache)
    assert fetch_model(SOURCE, Progress(), hub) == snapshot
    offer = hub.describe(SOURCE)
    server.requests.clear()
    assert hub.download(offer, Progress(), agreed=True) == snapshot
    assert not server.requests
    assert not hub.models_folder.exists()


def lose_a_blob(snapshot: Path) -> None:
    (snapshot / UNET).resolve().unlink()


def cut_a_blob(snapshot: Path) -> None:
    blob = (snapshot / UNET).resolve()
    blob.write_bytes(blob.read_bytes()[:-1])


def leave_an_incomplete_blob(snapshot: Path) -> None:
    (snapshot.parents[1] / "blobs" / "0123.incomplete").write_bytes(b"")


def lose_a_link(snapshot: Path) -> None:
    (snapshot / UNET).unlink()


def hold_something_else(snapshot: Path) -> None:
    (snapshot / "model_index.json").unlink()
    (snapshot / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')


def lose_all_snapshots(snapshot: Path) -> None:
    shutil.rmtree(snapshot)


@pytest.mark.parametrize(
    "damage",
    [
        lose_a_blob,
        cut_a_blob,
        leave_an_incomplete_blob,
        lose_a_link,
        hold_something_else,
        lose_all_snapshots,
    ],
)
def test_a_part_of_a_model_is_not_used(snapshot: Path, cache: Path, damage: object) -> None:
    assert callable(damage)
    assert find_snapshot(SOURCE, cache) == snapshot
    damage(snapshot)
    assert find_snapshot(SOURCE, cache) is None
    assert list(list_sources(cache)) == [SOURCE]
    with pytest.raises(ModelLoadError, match="the hub cannot be reached"):
        find_folder(SOURCE, hub_at(NOWHERE, cache))


def test_no_cache_and_other_names_have_no_models(cache: Path) -> None:
    assert find_snapshot(SOURCE, cache) is None
    assert list(list_sources(cache)) == []
    assert hub_at(NOWHERE, cache).find_cached("../etc") is None


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HF_HUB_CACHE": "/a", "HF_HOME": "/b"}, "/a"),
        ({"HUGGINGFACE_HUB_CACHE": "/a", "HF_HOME": "/b"}, "/a"),
        ({"HF_HOME": "/b", "XDG_CACHE_HOME": "/c"}, "/b/hub"),
        ({"HF_HOME": "$XDG_CACHE_HOME/b", "XDG_CACHE_HOME": "/c"}, "/c/b/hub"),
        ({"XDG_CACHE_HOME": "/c", "HF_HOME": ""}, "/c/huggingface/hub"),
        ({"XDG_CACHE_HOME": "", "HOME": "/d"}, "/d/.cache/huggingface/hub"),
    ],
)
def test_the_cache_is_where_its_owners_put_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_cache_folder() == Path(expected)
