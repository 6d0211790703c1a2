"""The model store: what is there, what is missing, and its size."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.errors import Cancelled
from core.api.events import BytesReceived, Event
from core.api.model_card import Place
from core.api.progress import Progress
from core.models.catalog import KNOWN_MODELS
from core.models.hub import download
from core.models.hub.hub import Hub
from core.models.model_store import ModelStore
from tests.core.models.cached_model import keep_pickles_only, put_into_cache
from tests.core.models.local_hub import LICENCE, SOURCE, LocalHub, serve


@pytest.fixture
def server(model_folder: Path) -> Iterator[LocalHub]:
    with serve(SOURCE, model_folder) as running:
        yield running


@pytest.fixture
def store(server: LocalHub, tmp_path: Path) -> ModelStore:
    return ModelStore(Hub(endpoint=server.endpoint, models_folder=tmp_path / "downloads"))


def test_the_bundled_model_is_first_and_knows_its_words(store: ModelStore) -> None:
    bundled = store.list_models()[0]
    assert (bundled.source, bundled.place, bundled.problem) == ("bundled", Place.BUNDLED, "")
    assert bundled.card is not None
    assert bundled.vocabulary is not None
    names = tuple(concept.name for concept in bundled.vocabulary.concepts)
    assert names == bundled.card.concepts
    assert set().union(*bundled.vocabulary.related.values()) <= set(names)
    assert bundled.text.startswith("# Tessera Small")
    assert bundled.disk_bytes > 1_000_000


def test_the_bundled_model_hints_at_words_it_does_not_know(
    store: ModelStore,
) -> None:
    vocabulary = store.describe("bundled").vocabulary
    assert vocabulary is not None
    for concept in vocabulary.concepts:
        assert vocabulary.hint(f"slow {concept.name}, soft") is None
    hint = vocabulary.hint("theremin")
    assert hint is not None
    assert hint.nearest == ("synth lead", "violin")


def test_the_catalogue_is_offered_with_size_and_licence(store: ModelStore) -> None:
    offered = {model.source: model for model in store.list_models()}
    for known in KNOWN_MODELS:
        found = offered[known.source]
        assert (found.place, found.licence) == (Place.HUB, known.licence)
        assert (found.download_bytes, found.disk_bytes) == (known.size_bytes, 0)
        assert not found.is_usable


def test_a_folder_of_the_user_is_described(store: ModelStore, model_folder: Path) -> None:
    found = store.list_models([str(model_folder)])[1]
    assert (found.place, found.name, found.is_usable) == (Place.FOLDER, "model", True)
    assert found.capabilities is not None


def test_an_incomplete_folder_says_what_is_missing(store: ModelStore, model_folder: Path) -> None:
    (model_folder / "vae/diffusion_pytorch_model.safetensors").unlink()
    found = store.describe(str(model_folder))
    assert not found.is_usable
    assert found.problem.startswith("vae/diffusion_pytorch_model.safetensors is missing")


def test_a_missing_folder_stays_on_the_list_with_its_problem(
    store: ModelStore, tmp_path: Path
) -> None:
    found = store.describe(str(tmp_path / "gone"))
    assert (found.place, found.disk_bytes) == (Place.FOLDER, 0)
    assert found.problem.startswith("there is no such folder")


def test_an_unreadable_vocabulary_is_a_problem_of_the_model(
    store: ModelStore, model_folder: Path
) -> None:
    (model_folder / "concepts.json").write_text(json.dumps({"concepts": [7]}))
    assert "concepts.json does not have" in store.describe(str(model_folder)).problem


def test_a_download_can_be_stopped_continued_and_removed(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "CHUNK_BYTES", 20_000)
    events: list[Event] = []
    progress = Progress(lambda event: (events.append(event), _stop_after(progress, events))[0])
    with pytest.raises(Cancelled):
        store.download(SOURCE, progress)
    part = store.describe(SOURCE)
    assert part.place is Place.PARTIAL
    assert part.disk_bytes > 0

    store.download(SOURCE, Progress())
    whole = next(model for model in store.list_models() if model.source == SOURCE)
    assert (whole.place, whole.licence, whole.is_usable) == (Place.DOWNLOADED, LICENCE, True)

    store.remove(SOURCE)
    assert store.describe(SOURCE).place is Place.HUB
    assert list(store.hub.models_folder.iterdir()) == []


def test_a_partial_download_can_be_removed(store: ModelStore) -> None:
    part = store.hub.models_folder / "owner--tiny-audioldm.0123456789ab.partial"
    part.mkdir(parents=True)
    (part / "weights").write_bytes(b"x" * 10)
    assert store.describe(SOURCE).disk_bytes == 10
    store.remove(SOURCE)
    assert not part.exists()


def test_a_folder_of_the_user_is_never_removed(store: ModelStore, model_folder: Path) -> None:
    store.remove(str(model_folder))
    assert store.describe(str(model_folder)).is_usable


def test_a_folder_without_a_text_has_none(store: ModelStore, model_folder: Path) -> None:
    assert store.describe(str(model_folder)).text == ""
    shutil.rmtree(model_folder)
    assert store.describe(str(model_folder)).text == ""


def _stop_after(progress: Progress, events: list[Event]) -> None:
    received = [event.received for event in events if isinstance(event, BytesReceived)]
    if received and received[-1] > 100_000:
        progress.cancel()


def test_a_model_in_the_cache_is_listed_and_stays_there(
    store: ModelStore, model_folder: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    snapshot = put_into_cache(model_folder, cache, "someone/sounds")
    store = ModelStore(replace(store.hub, cache_folder=cache))
    found = next(model for model in store.list_models() if model.source == "someone/sounds")
    assert (found.place, found.name, found.is_usable) == (Place.CACHED, "someone/sounds", True)
    assert found.folder == str(snapshot)
    store.remove("someone/sounds")
    assert store.describe("someone/sounds") == found


def test_pickles_in_the_cache_are_listed_and_converted(
    store: ModelStore, model_folder: Path, tmp_path: Path, server: LocalHub
) -> None:
    keep_pickles_only(model_folder)
    source = "cvssp/audioldm-s-full-v2"
    put_into_cache(model_folder, tmp_path / "cache", source)
    store = ModelStore(replace(store.hub, cache_folder=tmp_path / "cache"))
    listed = {model.source: model for model in store.list_models()}
    before = listed[source]
    assert (before.place, before.name, before.is_usable) == (Place.UNCONVERTED, source, False)
    store.download(source, Progress())
    assert not server.requests
    after = store.describe(source)
    assert (after.place, after.name, after.is_usable) == (Place.DOWNLOADED, source, True)
    assert (after.licence, after.description) == (before.licence, before.description)
    store.remove(source)
    assert store.describe(source) == before


def test_a_repository_of_the_cache_counts_its_files_once(
    store: ModelStore, model_folder: Path, tmp_path: Path
) -> None:
    size = store.describe(str(model_folder)).disk_bytes
    repository = put_into_cache(model_folder, tmp_path, "someone/sounds").parents[1]
    found = store.describe(str(repository))
    assert (found.place, found.name) == (Place.FOLDER, "someone/sounds")
    assert size <= found.disk_bytes < size + 1000
