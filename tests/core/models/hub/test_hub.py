"""The real hub client against a stand-in on this machine."""

import errno
import json
import shutil
from collections import namedtuple

import pytest
import torch
from safetensors.torch import load_file

from core.api.errors import Cancelled, ModelLoadError, NotAgreedError, NotConvertedError
from core.api.events import BytesReceived, Event, Stage, StageStarted
from core.api.progress import Progress
from core.models.folder import open_folder
from core.models.hub.hub import Hub, HubOffer, is_hub_id
from core.models.loader import fetch_model, find_folder, load_model
from tests.core.models.local_hub import COMMIT, LICENCE, SOURCE, LocalHub
from tests.tiny_speech import build_tiny_speech

UNET = "unet/diffusion_pytorch_model.safetensors"


def received(events: list[Event]) -> list[int]:
    return [event.received for event in events if isinstance(event, BytesReceived)]


def test_an_offer_says_size_licence_and_commit(hub: Hub, server: LocalHub) -> None:
    offer = hub.describe(SOURCE)
    assert (offer.revision, offer.licence) == (COMMIT, LICENCE)
    sizes = [(server.folder / file.path).stat().st_size for file in offer.files]
    assert offer.size_bytes == sum(sizes)
    assert [path for path, _ in server.requests] == ["model_index.json"]
    assert not hub.models_folder.exists()


def test_twins_in_other_forms_are_not_part_of_the_offer(hub: Hub) -> None:
    paths = {file.path for file in hub.describe(SOURCE).files}
    assert UNET in paths
    assert not [path for path in paths if path.endswith((".bin", ".md", ".fp16.safetensors"))]


def test_nothing_is_downloaded_without_consent(hub: Hub, server: LocalHub) -> None:
    with pytest.raises(NotAgreedError) as caught:
        find_folder(SOURCE, hub)
    offer = hub.describe(SOURCE)
    assert (caught.value.size_bytes, caught.value.licence) == (offer.size_bytes, LICENCE)
    server.requests.clear()
    with pytest.raises(NotAgreedError):
        hub.download(offer, Progress(), agreed=False)
    assert not server.requests


def test_a_downloaded_model_loads_with_the_hub_gone(hub: Hub, server: LocalHub) -> None:
    folder = fetch_model(SOURCE, Progress(), hub)
    assert json.loads((folder / "origin.json").read_text()) == {
        "source": SOURCE,
        "revision": COMMIT,
        "licence": LICENCE,
    }
    gone = Hub(endpoint="http://127.0.0.1:9", models_folder=hub.models_folder)
    model = load_model(
        SOURCE, device=torch.device("cpu"), dtype=torch.float32, progress=Progress(), hub=gone
    )
    assert (model.card.name, model.card.licence) == (SOURCE, LICENCE)
    assert (folder / UNET).read_bytes() == (server.folder / UNET).read_bytes()


def test_progress_counts_every_byte_up_to_the_whole(hub: Hub) -> None:
    events: list[Event] = []
    offer = hub.describe(SOURCE)
    hub.download(offer, Progress(events.append), agreed=True)
    counts = received(events)
    assert events[0] == StageStarted(Stage.DOWNLOADING)
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, offer.size_bytes)
    assert len(counts) > offer.size_bytes / 20_000


def test_a_second_download_fetches_nothing(hub: Hub, server: LocalHub) -> None:
    offer = hub.describe(SOURCE)
    first = hub.download(offer, Progress(), agreed=True)
    server.requests.clear()
    assert hub.download(offer, Progress(), agreed=True) == first
    assert fetch_model(SOURCE, Progress(), hub) == first
    assert not server.requests


def cancel_at(hub: Hub, share: float) -> int:
    """Cancel a download after this share of its bytes, and return how many came."""
    events: list[Event] = []
    offer = hub.describe(SOURCE)

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, BytesReceived) and event.received >= share * offer.size_bytes:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        hub.download(offer, progress, agreed=True)
    return received(events)[-1]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95])
def test_a_cancelled_download_continues_where_it_stopped(
    hub: Hub, server: LocalHub, share: float
) -> None:
    came = cancel_at(hub, share)
    assert hub.find_downloaded(SOURCE) is None
    server.requests.clear()
    events: list[Event] = []
    folder = hub.download(hub.describe(SOURCE), Progress(events.append), agreed=True)
    assert (folder / UNET).read_bytes() == (server.folder / UNET).read_bytes()
    assert came in received(events)
    ranges = [wanted for _, wanted in server.requests if wanted]
    assert len(ranges) <= 1
    assert bool(ranges) == (share > 0)


def test_a_download_stops_within_a_chunk(hub: Hub) -> None:
    size = hub.describe(SOURCE).size_bytes
    assert cancel_at(hub, 0.5) < 0.5 * size + 2 * 20_000


def test_a_broken_connection_keeps_what_came_and_says_so(hub: Hub, server: LocalHub) -> None:
    offer = hub.describe(SOURCE)
    server.break_off_after = 50_000
    with pytest.raises(ModelLoadError, match=r"broke off.*what has arrived is kept"):
        hub.download(offer, Progress(), agreed=True)
    server.break_off_after = None
    folder = hub.download(offer, Progress(), agreed=True)
    assert (folder / UNET).read_bytes() == (server.folder / UNET).read_bytes()
    assert any(wanted for _, wanted in server.requests)


def test_a_server_without_ranges_sends_the_whole_file_again(hub: Hub, server: LocalHub) -> None:
    cancel_at(hub, 0.6)
    server.ignore_ranges = True
    folder = hub.download(hub.describe(SOURCE), Progress(), agreed=True)
    for file in hub.describe(SOURCE).files:
        assert (folder / file.path).read_bytes() == (server.folder / file.path).read_bytes()


def test_a_file_takes_its_name_when_it_is_on_the_disk(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk fails")

    offer = hub.describe(SOURCE)
    with monkeypatch.context() as patch:
        patch.setattr("core.runtime.atomic_file.os.fsync", fail)
        with pytest.raises(ModelLoadError):
            hub.download(offer, Progress(), agreed=True)
    files = [path for path in hub.models_folder.rglob("*") if path.is_file()]
    assert files
    assert all(path.name.endswith(".partial") for path in files)
    assert hub.download(offer, Progress(), agreed=True).is_dir()


def test_a_model_that_the_hub_does_not_have_is_refused(hub: Hub) -> None:
    with pytest.raises(ModelLoadError, match="the hub has no such public model"):
        hub.describe("owner/other")


def test_other_pipelines_are_refused_before_a_download(hub: Hub, server: LocalHub) -> None:
    index = {"_class_name": "StableDiffusionPipeline"}
    (server.folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelLoadError, match="holds a StableDiffusionPipeline, and Tessera runs"):
        hub.describe(SOURCE)


def test_a_model_that_speaks_is_downloaded_whole(hub: Hub, server: LocalHub) -> None:
    shutil.rmtree(server.folder)
    build_tiny_speech(server.folder)
    folder = fetch_model(SOURCE, Progress(), hub)
    assert (folder / "tokenizer_2/vocab.json").is_file()
    model = load_model(
        SOURCE, device=torch.device("cpu"), dtype=torch.float32, progress=Progress(), hub=hub
    )
    assert model.capabilities.speaks


def test_the_family_says_which_components_a_model_needs(hub: Hub, server: LocalHub) -> None:
    index = {"_class_name": "AudioLDM2Pipeline"}
    (server.folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelLoadError, match="offers no weights of its text_encoder_2"):
        hub.describe(SOURCE)


@pytest.fixture
def pickled_server(server: LocalHub) -> LocalHub:
    """The hub with the UNet's weights as .bin alone."""
    unet = server.folder / UNET
    torch.save(load_file(unet), unet.with_suffix(".bin"))
    for twin in unet.parent.glob("*.safetensors"):
        twin.unlink()
    return server


def test_weights_as_bin_alone_are_converted_after_the_download(
    hub: Hub, pickled_server: LocalHub
) -> None:
    offer = hub.describe(SOURCE)
    assert offer.pickled_bytes > 0
    folder = fetch_model(SOURCE, Progress(), hub)
    assert folder == hub.models_folder / SOURCE.replace("/", "--")
    assert not list(folder.rglob("*.bin"))
    assert [each.name for each in hub.models_folder.iterdir()] == [folder.name]
    assert open_folder(folder).weights("unet")


def test_weights_as_bin_alone_are_not_downloaded_without_consent(
    hub: Hub, pickled_server: LocalHub
) -> None:
    with pytest.raises(NotConvertedError, match="--convert"):
        fetch_model(SOURCE, Progress(), hub, convert=False)
    assert hub.find_downloaded(SOURCE) is None


def test_a_model_without_weights_is_not_downloaded(hub: Hub, server: LocalHub) -> None:
    for twin in (server.folder / "unet").glob("*model*"):
        twin.unlink()
    with pytest.raises(ModelLoadError, match=r"offers no weights of its unet as safetensors or"):
        hub.describe(SOURCE)


def test_a_disk_too_small_is_refused_before_the_download(
    hub: Hub, server: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = hub.describe(SOURCE)
    server.requests.clear()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**6, 10**6, 1000))
    with pytest.raises(ModelLoadError, match="make room"):
        hub.download(offer, Progress(), agreed=True)
    assert not server.requests


def test_a_folder_that_cannot_be_written_is_an_error(hub: Hub) -> None:
    offer = hub.describe(SOURCE)
    hub.models_folder.write_text("a file where the folder should be")
    with pytest.raises(ModelLoadError, match="cannot be stored"):
        hub.download(offer, Progress(), agreed=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cvssp/audioldm-s-full-v2", True),
        ("owner/model.v2", True),
        ("bundled", False),
        ("a/b/c", False),
        ("../model", False),
        ("./model", False),
        ("/model", False),
        ("owner/", False),
        ("owner/mo del", False),
        ("C:\\models\\one", False),
    ],
)
def test_hub_ids_are_distinguished_from_paths(name: str, expected: bool) -> None:
    assert is_hub_id(name) is expected


def test_a_partial_file_longer_than_promised_is_received_again(hub: Hub, server: LocalHub) -> None:
    cancel_at(hub, 0.6)
    for partial in hub.models_folder.rglob("*.safetensors.partial"):
        partial.write_bytes(bytes(10_000_000))
    folder = hub.download(hub.describe(SOURCE), Progress(), agreed=True)
    assert (folder / UNET).read_bytes() == (server.folder / UNET).read_bytes()


@pytest.mark.parametrize("source", ["..", "../x", "/etc", "a--b/c", "a/..", "a/b/../../.."])
def test_a_name_that_leads_elsewhere_has_no_folder(hub: Hub, source: str) -> None:
    assert hub.find_downloaded(source) is None
    with pytest.raises(ModelLoadError, match="no name of a model"):
        hub.download(HubOffer(source, COMMIT, LICENCE, ()), Progress(), agreed=True)
