"""What the hub answers is checked: sizes, revisions, names of files, and its structure."""

import json

import pytest

from core.api.errors import ModelLoadError
from core.api.events import BytesReceived, Event
from core.api.progress import Progress
from core.models.hub.hub import Hub
from tests.core.models.local_hub import COMMIT, SOURCE, LocalHub


def test_damaged_weights_are_thrown_away_and_never_loaded(hub: Hub, server: LocalHub) -> None:
    offer = hub.describe(SOURCE)
    server.damage = True
    with pytest.raises(ModelLoadError, match="arrived damaged"):
        hub.download(offer, Progress(), agreed=True)
    assert not list(hub.models_folder.rglob("*.safetensors*"))
    server.damage = False


def test_a_download_stops_at_the_promised_size(hub: Hub, server: LocalHub) -> None:
    offer = hub.describe(SOURCE)
    server.extra_bytes = 5_000_000
    events: list[Event] = []
    with pytest.raises(ModelLoadError, match="arrived damaged"):
        hub.download(offer, Progress(events.append), agreed=True)
    counts = [event.received for event in events if isinstance(event, BytesReceived)]
    assert max(counts) <= offer.files[0].size_bytes + 1
    assert not [path for path in hub.models_folder.rglob("*") if path.is_file()]


def test_an_index_without_an_end_is_refused(
    hub: Hub, server: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.models.hub.hub._MAX_INDEX_BYTES", 10_000)
    server.extra_bytes = 20_000
    with pytest.raises(ModelLoadError, match="not the hub's answer"):
        hub.describe(SOURCE)


@pytest.mark.parametrize(
    "revision", ["/../../evil", "../../../evil", "main", "", None, 7, "0" * 39, COMMIT + "/x"]
)
def test_a_revision_that_is_no_commit_is_refused(
    hub: Hub, server: LocalHub, revision: object
) -> None:
    server.changes = {"sha": revision}
    with pytest.raises(ModelLoadError, match="not the hub's answer"):
        hub.describe(SOURCE)


@pytest.mark.parametrize(
    "name",
    [
        "unet/../../../evil.json",
        "../evil.json",
        "/tmp/evil.json",
        "unet//evil.json",
        "unet/a/evil.json",
        "C:\\evil.json",
        "unet/..\\evil.json",
    ],
)
def test_a_file_that_would_leave_the_folder_is_not_offered(
    hub: Hub, server: LocalHub, name: str
) -> None:
    truth = json.loads(server.describe())["siblings"]
    server.changes = {"siblings": [*truth, {"rfilename": name, "size": 3}]}
    assert name not in {file.path for file in hub.describe(SOURCE).files}


@pytest.mark.parametrize(
    "changes",
    [
        {"siblings": "x"},
        {"siblings": [{"rfilename": "model_index.json", "size": "big"}]},
        {"siblings": [{"rfilename": "model_index.json", "size": -5}]},
        {"siblings": [{"size": 5}]},
        {"siblings": [7]},
    ],
)
def test_an_answer_of_another_structure_is_a_sentence(
    hub: Hub, server: LocalHub, changes: dict[str, object]
) -> None:
    server.changes = changes
    with pytest.raises(ModelLoadError):
        hub.describe(SOURCE)


def test_a_licence_without_an_end_is_cut(hub: Hub, server: LocalHub) -> None:
    server.changes = {"cardData": {"license": "x" * 100_000}}
    assert len(hub.describe(SOURCE).licence) <= 100
