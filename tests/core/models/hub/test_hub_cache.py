"""Models that another program has downloaded are used, and never downloaded again."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from core.api.errors import ModelLoadError, NotConvertedError
from core.api.progress import Progress
from core.models.hub.hub import Hub
from core.models.hub.hub_cache import default_cache_folder, find_snapshot, list_sources
from core.models.loader import fetch_model, find_folder, load_model
from core.models.text_to_audio_model import TextToAudioModel
from tests.core.models.cached_model import keep_pickles_only, put_into_cache
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


def load(source: str, hub: Hub) -> TextToAudioModel:
    return load_model(
        source, device=torch.device("cpu"), dtype=torch.float32, progress=Progress(), hub=hub
    )


def test_a_cached_model_loads_offline(snapshot: Path, cache: Path) -> None:
    hub = hub_at(NOWHERE, cache)
    assert find_folder(SOURCE, hub) == snapshot
    assert load(SOURCE, hub).card.name == SOURCE


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


@pytest.fixture
def pickled(model_folder: Path, cache: Path) -> Path:
    """The snapshot of a model whose weights are pickles."""
    keep_pickles_only(model_folder)
    return put_into_cache(model_folder, cache, SOURCE)


def test_a_cached_model_of_pickles_is_converted_and_not_downloaded(
    pickled: Path, cache: Path, server: LocalHub, model_folder: Path
) -> None:
    hub = hub_at(server.endpoint, cache)
    with pytest.raises(NotConvertedError, match=f"^{SOURCE}: its weights .*--convert") as caught:
        fetch_model(SOURCE, Progress(), hub, convert=False)
    assert caught.value.size_bytes == sum(each.stat().st_size for each in pickled.rglob("*.bin"))
    copy = fetch_model(SOURCE, Progress(), hub)
    assert not server.requests
    assert find_folder(SOURCE, hub) == copy == hub.models_folder / SOURCE.replace("/", "--")
    assert load(SOURCE, hub).card.name == SOURCE
    expected = torch.load(model_folder / "unet/diffusion_pytorch_model.bin", weights_only=True)
    found = load_file(copy / UNET)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)


def test_an_agreed_download_uses_the_pickles_of_the_cache(
    pickled: Path, cache: Path, server: LocalHub
) -> None:
    hub = hub_at(server.endpoint, cache)
    offer = hub.describe(SOURCE)
    server.requests.clear()
    copy = hub.download(offer, Progress(), agreed=True)
    assert not server.requests
    assert hub.convert(SOURCE, Progress()) == copy  # once is enough
    assert [each.name for each in hub.models_folder.iterdir()] == [copy.name]
    assert pickled.is_dir()


@pytest.mark.parametrize("damage", [leave_an_incomplete_blob, hold_something_else])
def test_pickles_of_a_part_of_a_model_are_not_used(
    pickled: Path, cache: Path, damage: Callable[[Path], None]
) -> None:
    assert find_snapshot(SOURCE, cache) is None
    assert find_snapshot(SOURCE, cache, accept_pickles=True) == pickled
    damage(pickled)
    assert find_snapshot(SOURCE, cache, accept_pickles=True) is None


def test_a_pickle_that_is_cut_short_is_not_used(pickled: Path, cache: Path) -> None:
    blob = (pickled / "unet/diffusion_pytorch_model.bin").resolve()
    blob.write_bytes(blob.read_bytes()[:-30])
    assert find_snapshot(SOURCE, cache, accept_pickles=True) is None


def test_a_model_that_left_the_cache_is_a_sentence(pickled: Path, cache: Path) -> None:
    shutil.rmtree(pickled)
    with pytest.raises(ModelLoadError, match="not whole in Hugging Face's cache any more"):
        hub_at(NOWHERE, cache).convert(SOURCE, Progress())


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
