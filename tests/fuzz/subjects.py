"""What is fuzzed: each subject spoils a file and reads it as the program would."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app.library.description import Description
from app.library.library import Library
from core.api.errors import ArrangementFileError, ModelLoadError, TesseraError
from core.api.lora import Lora
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import GenerationRequest
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_folder import read_arrangement, write_arrangement
from core.arrangement.layer import Layer
from core.arrangement.mix import Mix
from core.arrangement.sound_source import SoundSource
from core.diffusion.latent_clip import ClipInMemory
from core.diffusion.run_checkpoint import RunCheckpoint
from core.models.folder import open_folder
from core.models.hub.hub import Hub
from core.models.loader import damage_refused
from core.models.lora.adapter import read_adapter
from core.models.model_store import ModelStore
from core.models.networks import load_network
from core.models.weights_file import read_shapes
from core.sound_files.audio_file import read_blocks, read_facts, read_metadata
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.sidecar import read_sidecar, write_sidecar
from tests.app.library.takes import make_take
from tests.core.models.lora.tiny_lora import RANK, Part, write_peft
from tests.fuzz.mutation import ROW_VALUES, spoil_bytes, spoil_json, spoil_settings
from tests.tiny_model import LATENT_CHANNELS, PROJECTION_DIM, build_tiny_model

Case = Callable[[random.Random], None]
"""Spoils a file by the draw, and reads it; only a TesseraError may come of it, and is caught."""


def all_subjects(folder: Path) -> dict[str, Case]:
    """Every subject by name, with its files in `folder`."""
    makers = (
        settings,
        take,
        library,
        rows,
        sound,
        arrangement,
        model,
        networks,
        weights,
        lora,
        checkpoint,
    )
    subjects = {}
    for make in makers:
        own = folder / make.__name__
        own.mkdir()
        subjects[make.__name__] = make(own)
    return subjects


def settings(folder: Path) -> Case:
    """A settings file beside a sound."""
    path = write_sidecar(folder / "a.wav", GenerationRequest(prompt="rain", segments=()))
    content = path.read_bytes()

    def run(draw: random.Random) -> None:
        path.write_bytes(spoil_json(draw, content))
        _refused_or(lambda: read_sidecar(path))

    return run


def take(folder: Path) -> Case:
    """A take in the library: any of its files."""
    with closing(Library(folder / "library")) as kept:
        kept.add(make_take(), "a")
    home = folder / "library" / "takes" / "a"
    contents = {path.name: path.read_bytes() for path in home.iterdir()}

    def run(draw: random.Random) -> None:
        name = draw.choice(sorted(contents))
        spoil = spoil_json if name.endswith(".json") else spoil_bytes
        (home / name).write_bytes(spoil(draw, contents[name]))
        with closing(Library(folder / "library")) as opened:
            for record in opened.records():
                record.created_at.astimezone()
            _refused_or(lambda: opened.take("a"))
        (home / name).write_bytes(contents[name])

    return run


def library(folder: Path) -> Case:
    """A folder among good takes, with a spoilt description; the good ones have to be listed."""
    with closing(Library(folder / "library")) as kept:
        kept.add(make_take(), "good")
    bad = folder / "library" / "takes" / "bad"
    bad.mkdir()
    Description.of(make_take(), datetime.now(UTC)).write(bad)
    content = (bad / "request.json").read_bytes()

    def run(draw: random.Random) -> None:
        (bad / "request.json").write_bytes(spoil_json(draw, content))
        for database in (folder / "library").glob("library.sqlite*"):
            database.unlink()  # else the row of an earlier case would stand for the folder
        with closing(Library(folder / "library")) as opened:
            assert "good" in {record.take_id for record in opened.records()}

    return run


def rows(folder: Path) -> Case:
    """A row of the library with a value of another type; its folder stands for it."""
    with closing(Library(folder / "library")) as kept:
        for name in ("good", "bad"):
            kept.add(make_take(), name)
    database = kept.layout.database
    with closing(sqlite3.connect(database)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(takes)")]

    def run(draw: random.Random) -> None:
        column, value = draw.choice(columns), draw.choice(ROW_VALUES)
        with closing(sqlite3.connect(database)) as connection, connection:
            query = f"UPDATE OR REPLACE takes SET {column} = {value} WHERE take_id = 'bad'"
            connection.execute(query)
        with closing(Library(folder / "library")) as opened:
            names = {record.take_id for record in opened.records()}
            assert {"good", "bad"} <= names, query

    return run


def sound(folder: Path) -> Case:
    """A sound file with settings."""
    contents = {}
    for name in ("a.wav", "a.flac", "a.ogg"):
        with AudioWriter(folder / name, metadata=GenerationRequest(prompt="rain").to_dict()) as out:
            out.write(np.zeros(4000, np.float32))
        contents[name] = (folder / name).read_bytes()

    def run(draw: random.Random) -> None:
        name = draw.choice(sorted(contents))
        path = folder / name
        path.write_bytes(spoil_bytes(draw, contents[name]))
        _refused_or(lambda: read_facts(path))
        _refused_or(lambda: GenerationRequest.from_dict(read_metadata(path)))
        _refused_or(lambda: [len(block) for block in read_blocks(path, 1 << 26)])

    return run


def arrangement(folder: Path) -> Case:
    """The folder of an arrangement: its description, or a sound; one that is opened is mixed."""
    source = SoundSource(np.ones((500, 2), np.float32), 44_100)
    length = source.length_at(48_000)
    layer = Layer(track_id=1, sound_id="a", sound_length=length, span=Span(5, 90), fade_in=9)
    layers = Arrangement(name="rain").add_track().add_layer(layer)
    layers = layers.add_layer(layer.looped_to(900).moved(100))
    home = folder / "rain"
    write_arrangement(home, layers, {"a": source})
    contents = {path: path.read_bytes() for path in sorted(home.rglob("*.*"))}

    def run(draw: random.Random) -> None:
        path = draw.choice(sorted(contents))
        spoil = spoil_json if path.suffix == ".json" else spoil_bytes
        path.write_bytes(spoil(draw, contents[path]))
        with suppress(ArrangementFileError):
            mix = Mix(*read_arrangement(home))
            assert np.isfinite(mix.read(Span(0, min(mix.num_samples, 10_000)))).all()
        path.write_bytes(contents[path])

    return run


def model(folder: Path) -> Case:
    """A model's folder: any of its JSON files; it has to be described in any case."""
    home = build_tiny_model(folder / "model")
    store = ModelStore(Hub(models_folder=folder / "downloads"))
    contents = {path: path.read_bytes() for path in sorted(home.rglob("*.json"))}

    def run(draw: random.Random) -> None:
        path = draw.choice(sorted(contents))
        path.write_bytes(spoil_json(draw, contents[path]))
        described = store.describe(str(home))
        assert described.is_usable != bool(described.problem)
        path.write_bytes(contents[path])

    return run


def networks(folder: Path) -> Case:
    """The settings of a network; one that is opened runs, and gives finite values."""
    home = build_tiny_model(folder / "model")
    contents = {
        name: (home / name / "config.json").read_bytes() for name in ("unet", "vae", "vocoder")
    }

    def run(draw: random.Random) -> None:
        name = draw.choice(sorted(contents))
        path = home / name / "config.json"
        path.write_bytes(spoil_settings(draw, contents[name]))
        network = _opened(home, name)
        path.write_bytes(contents[name])
        assert network is None or all(value.isfinite().all() for value in _run(name, network))

    return run


def _opened(home: Path, name: str) -> Any:
    """A network of a model's folder; None where it is refused."""
    try:
        with damage_refused(str(home)):
            return load_network(open_folder(home), name, torch.float32)
    except ModelLoadError:
        return None


@torch.inference_mode()
def _run(name: str, network: Any) -> Iterator[torch.Tensor]:
    """What a tiny network gives for random values."""
    latents = torch.randn(1, LATENT_CHANNELS, 8, 8)
    match name:
        case "unet":
            yield network(latents, 1, None, class_labels=torch.randn(1, PROJECTION_DIM)).sample
        case "vae":
            yield network.decode(latents).sample
            yield network.encode(torch.randn(1, 1, 16, 16)).latent_dist.mean
        case _:
            yield network(torch.randn(1, 4, 64))


def weights(folder: Path) -> Case:
    """The header of a weights file."""
    home = build_tiny_model(folder / "model")
    path = next((home / "vae").glob("*.safetensors"))
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header, tensors = content[8 : 8 + size], content[8 + size :]
    shutil.rmtree(home)
    path = folder / "a.safetensors"

    def run(draw: random.Random) -> None:
        text = spoil_json(draw, header)
        path.write_bytes(len(text).to_bytes(8, "little") + text + tensors)
        _refused_or(lambda: read_shapes(path))

    return run


def lora(folder: Path) -> Case:
    """A LoRA in PEFT's layout: its settings or its tensors."""
    part = Part(torch.ones(RANK, 8), torch.ones(8, RANK))
    home = write_peft(folder / "lora", {"mid_block.to_q": part}, alpha_pattern={"to_q": 2})
    contents = {path: path.read_bytes() for path in sorted(home.iterdir())}

    def run(draw: random.Random) -> None:
        path = draw.choice(sorted(contents))
        spoil = spoil_json if path.suffix == ".json" else spoil_bytes
        path.write_bytes(spoil(draw, contents[path]))
        _refused_or(lambda: read_adapter(Lora(str(home)), Progress()))
        path.write_bytes(contents[path])

    return run


def checkpoint(folder: Path) -> Case:
    """The saved latents of a run: they come back as they were, or not at all."""
    latents = torch.randn(1, 2, 40, 4)
    saved = RunCheckpoint(folder / "run", save_interval_s=0)
    saved.save_latents(ClipInMemory(latents))
    (path,) = (folder / "run").rglob("*.safetensors")
    content = path.read_bytes()

    def run(draw: random.Random) -> None:
        path.write_bytes(spoil_bytes(draw, content))
        clip = ClipInMemory(torch.zeros_like(latents))
        is_back = RunCheckpoint(folder / "run").restore_latents(clip)
        assert torch.equal(clip.latents, latents if is_back else torch.zeros_like(latents))

    return run


def _refused_or(read: Callable[[], object]) -> None:
    with suppress(TesseraError):
        read()
