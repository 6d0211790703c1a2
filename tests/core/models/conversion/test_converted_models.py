import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from core.api.errors import Cancelled, ModelLoadError, NotConvertedError
from core.api.events import BytesReceived, Event
from core.api.model_card import Place
from core.api.progress import Progress
from core.models.conversion import conversion_process
from core.models.conversion.confinement import confine
from core.models.hub.hub import Hub
from core.models.loader import fetch_model, find_folder
from core.models.model_store import ModelStore
from tests.original_checkpoints import TensorMap, original_state
from tests.original_models import build_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_model("audioldm", tmp_path_factory.mktemp("model") / "audioldm")


@pytest.fixture(scope="module")
def state(model: Path) -> TensorMap:
    return original_state(model, "audioldm")


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(models_folder=tmp_path / "models", cache_folder=tmp_path / "cache")


@pytest.fixture
def checkpoint(model: Path, state: TensorMap, tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    shutil.copytree(model / "tokenizer", folder / "tokenizer")
    torch.save({"state_dict": state}, folder / "rain.ckpt")
    return folder / "rain.ckpt"


def test_nothing_is_converted_without_consent(hub: Hub, checkpoint: Path) -> None:
    with pytest.raises(NotConvertedError) as caught:
        find_folder(str(checkpoint), hub)
    assert caught.value.size_bytes == checkpoint.stat().st_size
    assert caught.value.folder == str(hub.models_folder / "converted")
    assert "--convert" in str(caught.value)
    with pytest.raises(NotConvertedError):
        fetch_model(str(checkpoint), Progress(), hub, convert=False)
    assert not hub.models_folder.exists()


def test_a_copy_is_found_again_wherever_its_original_goes(hub: Hub, checkpoint: Path) -> None:
    events: list[Event] = []
    folder = fetch_model(str(checkpoint), Progress(events.append), hub)
    steps = [event for event in events if isinstance(event, BytesReceived)]
    assert steps[-1].received == steps[-1].total > 0
    assert find_folder(str(checkpoint), hub) == folder
    moved = checkpoint.rename(checkpoint.with_name("other name.ckpt"))
    assert find_folder(str(moved), hub) == folder
    assert find_folder(str(checkpoint), hub) == folder  # by the path that it had
    moved.unlink()
    assert find_folder(str(checkpoint), hub) == folder


def test_a_checkpoint_that_was_trained_further_gets_another_copy(
    hub: Hub, checkpoint: Path, state: TensorMap
) -> None:
    fetch_model(str(checkpoint), Progress(), hub)
    torch.save({"state_dict": {**state, "scale_factor": torch.tensor(0.5)}}, checkpoint)
    with pytest.raises(NotConvertedError):
        find_folder(str(checkpoint), hub)


def test_the_list_of_models_shows_and_removes_a_copy(hub: Hub, checkpoint: Path) -> None:
    store, source = ModelStore(hub), str(checkpoint)
    before = store.describe(source)
    assert (before.place, before.name, before.is_usable) == (Place.UNCONVERTED, "rain.ckpt", False)
    store.download(source, Progress())
    copy = store.describe(source)
    assert (copy.place, copy.name, copy.is_usable) == (Place.CONVERTED, "rain.ckpt", True)
    assert source in [model.source for model in store.list_models()]
    store.remove(source)
    assert store.describe(source).place is Place.UNCONVERTED
    assert checkpoint.is_file()


def test_cancelling_leaves_nothing(hub: Hub, checkpoint: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        fetch_model(str(checkpoint), progress, hub)
    assert not list((hub.models_folder / "converted").iterdir())


def test_a_disk_without_room_is_refused(
    hub: Hub, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(checkpoint)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    sentence = refusal(hub, checkpoint)
    assert "its copy needs up to" in sentence
    assert f"are free in {hub.models_folder / 'converted'}; make room" in sentence


def test_a_folder_that_cannot_be_written_is_a_sentence(hub: Hub, checkpoint: Path) -> None:
    hub.models_folder.write_text("a file where the folder should be")
    with pytest.raises(ModelLoadError, match="its copy cannot be stored"):
        fetch_model(str(checkpoint), Progress(), hub)


def refusal(hub: Hub, file: Path) -> str:
    with pytest.raises(ModelLoadError) as caught:
        fetch_model(str(file), Progress(), hub)
    assert not list((hub.models_folder / "converted").iterdir())
    return str(caught.value)


def test_a_program_in_a_checkpoint_is_not_run(hub: Hub, tmp_path: Path) -> None:
    class Program:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return os.system, (f"touch {tmp_path / 'trace'}",)

    torch.save({"state_dict": {"w": torch.ones(1)}, "x": Program()}, tmp_path / "a.ckpt")
    assert "would run a program when opened" in refusal(hub, tmp_path / "a.ckpt")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda name: name.startswith("model."), "holds no denoiser of an AudioLDM model"),
        (lambda name: name.startswith("first_stage_model.vocoder."), "but no vocoder"),
        (lambda name: name == "scale_factor", "but no scale_factor"),
        (lambda name: name.startswith("cond_stage_model."), "holds no CLAP text encoder"),
        (lambda name: ".film_emb." in name, "holds no T5 that reads its prompt"),
        (lambda name: name.endswith("middle_block.0.in_layers.0.weight"), "lacks 1 of"),
        (lambda name: name.endswith("encoder.conv_in.weight"), "encoder.conv_in.weight is missing"),
    ],
)
def test_a_part_of_a_model_is_refused_by_what_is_missing(
    hub: Hub,
    checkpoint: Path,
    state: TensorMap,
    change: Callable[[str], bool],
    sentence: str,
) -> None:
    kept = {name: tensor for name, tensor in state.items() if not change(name)}
    torch.save(kept, checkpoint)
    if sentence.startswith("lacks"):  # that is for the loader to say
        fetch_model(str(checkpoint), Progress(), hub)
    else:
        assert sentence in refusal(hub, checkpoint)


def test_an_audioldm2_without_its_reader_is_refused(
    hub: Hub, checkpoint: Path, state: TensorMap
) -> None:
    name = "cond_stage_models.0.start_of_sequence_tokens.weight"
    torch.save({**state, name: torch.ones(32, 8)}, checkpoint)
    assert "holds neither a T5 that reads its prompt nor an encoder of" in refusal(hub, checkpoint)


def test_an_unknown_vocoder_or_schedule_is_refused(
    hub: Hub, checkpoint: Path, state: TensorMap
) -> None:
    name = "first_stage_model.vocoder.ups.0.weight"
    torch.save({**state, name: torch.zeros(32, 16, 7)}, checkpoint)
    assert "kernels of (7, 16, 8, 4, 4), which is unknown" in refusal(hub, checkpoint)
    torch.save({**state, "betas": torch.linspace(0.1, 0.2, 1000)}, checkpoint)
    assert "noise schedule is none that is known" in refusal(hub, checkpoint)


def test_without_a_vocabulary_it_says_where_to_put_one(hub: Hub, checkpoint: Path) -> None:
    shutil.rmtree(checkpoint.parent / "tokenizer")
    sentence = refusal(hub, checkpoint)
    assert "does not hold the vocabulary of RoBERTa" in sentence
    assert "into a folder named tokenizer beside it" in sentence


@pytest.mark.parametrize("place", ["models/owner--ldm/tokenizer", "cache/models--roberta-base"])
def test_a_vocabulary_on_this_machine_is_used(
    hub: Hub, checkpoint: Path, tmp_path: Path, place: str
) -> None:
    is_cache = place.startswith("cache")
    target = tmp_path / place / ("snapshots/abc" if is_cache else "")
    target.parent.mkdir(parents=True)
    (checkpoint.parent / "tokenizer").rename(target)
    folder = fetch_model(str(checkpoint), Progress(), hub)
    assert (folder / "tokenizer/tokenizer.json").is_file()


def test_a_vocabulary_of_another_size_is_not_used(hub: Hub, checkpoint: Path) -> None:
    file = checkpoint.parent / "tokenizer" / "tokenizer.json"
    values = json.loads(file.read_text())
    values["model"]["vocab"]["more"] = 260
    file.write_text(json.dumps(values))
    assert "does not hold the vocabulary of RoBERTa (260 words)" in refusal(hub, checkpoint)


def test_a_repository_of_the_cache_is_converted_from_its_snapshot(
    hub: Hub, model: Path, tmp_path: Path
) -> None:
    repository = tmp_path / "models--owner--ldm"
    snapshot: Path = shutil.copytree(model, repository / "snapshots" / "abc")
    weights = snapshot / "unet/diffusion_pytorch_model.safetensors"
    torch.save(load_file(weights), weights.with_suffix(".bin"))
    expected = weights.read_bytes()
    weights.unlink()
    folder = fetch_model(str(repository), Progress(), hub)
    assert (folder / "unet" / weights.name).read_bytes() == expected
    assert find_folder(str(repository), hub) == folder


def test_safetensors_of_another_kind_do_not_stand_in_for_bin(
    hub: Hub, model: Path, tmp_path: Path
) -> None:
    folder: Path = shutil.copytree(model, tmp_path / "bin")
    weights = folder / "unet/diffusion_pytorch_model.safetensors"
    expected = weights.read_bytes()
    torch.save(load_file(weights), weights.with_suffix(".bin"))
    weights.rename(weights.with_name("diffusion_pytorch_model.non_ema.safetensors"))
    copy = fetch_model(str(folder), Progress(), hub)
    assert [file.name for file in (copy / "unet").glob("*.safetensors")] == [weights.name]
    assert (copy / "unet" / weights.name).read_bytes() == expected


def test_a_missing_part_of_divided_weights_is_named(hub: Hub, model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "bin")
    (folder / "unet/diffusion_pytorch_model.safetensors").unlink()
    part = folder / "unet/diffusion_pytorch_model-00001-of-00002.bin"
    torch.save({"w": torch.ones(1)}, part)
    assert "unet: diffusion_pytorch_model-00002-of-00002.bin is missing" in refusal(hub, folder)


def test_a_process_that_dies_is_an_error(
    hub: Hub, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(conversion_process, "run", _die)
    assert "the process that read it ended (7)" in refusal(hub, checkpoint)
    caplog.clear()


def _die(job: object, connection: Connection) -> None:
    del job, connection
    os._exit(7)


def _try_everything(folder: str, connection: Connection) -> None:
    """Report which of several acts a confined process can do."""
    confine(Path(folder))
    acts: dict[str, Callable[[], object]] = {
        "inside": lambda: (Path(folder) / "a").write_bytes(b""),
        "outside": lambda: Path(folder).with_name("b").write_bytes(b""),
        "remove": (Path(folder) / "a").unlink,
        "socket": lambda: socket.create_connection(("127.0.0.1", 9)),
        "process": lambda: subprocess.run(["true"], check=True),
        "system": lambda: os.system("true"),
        "memory": lambda: bytearray(3 << 30),
    }
    done = []
    for name, act in acts.items():
        try:
            act()
        except (OSError, MemoryError):
            continue
        done.append(name)
    connection.send(done)


def test_a_confined_process_can_only_write_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_try_everything, args=(str(tmp_path / "inside"), sender))
    process.start()
    sender.close()
    can_limit = Path("/proc/self/statm").exists()
    assert receiver.recv() == (["inside"] if can_limit else ["inside", "memory"])
    process.join()
