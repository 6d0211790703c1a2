"""An endless sound: passages join without a seam, and memory stays that of one window."""

import gc
import json
import shutil
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import core.pipeline.endless
from core.api.config import EngineConfig
from core.api.errors import Cancelled
from core.api.events import AudioChunk, DenoisingStep, Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.denoising import denoise
from core.engine import Engine
from core.pipeline.edge_fades import Edge
from core.pipeline.endless import EndlessStretch

WINDOW_LATENTS, SHARED_LATENTS = 16, 4


@pytest.fixture(scope="module")
def folder(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("short") / "model"
    shutil.copytree(tiny_model_folder, folder)
    (folder / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return folder


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu"))


def _request(folder: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "rain", "num_inference_steps": 2, "seed": 3, "model": str(folder)}
    return GenerationRequest.from_dict({**values, **changes})


def _first(engine: Engine, request: GenerationRequest, count: int) -> list[EndlessStretch]:
    return list(islice(engine.endless(request), count))


def test_stretches_follow_each_other_without_a_gap(engine: Engine, folder: Path) -> None:
    made = _first(engine, _request(folder), 5)

    place = 0
    for passage in made:
        assert passage.start_sample == place
        assert passage.latents.shape[1] == WINDOW_LATENTS - SHARED_LATENTS
        assert len(passage.mel) == passage.latents.shape[1] * 4
        place += len(passage.samples)
    frames = sum(len(passage.mel) for passage in made)
    assert frames - 256 - 23 <= place / 160 <= frames  # the vocoder waits for its next chunk


def test_one_vocoder_stream_runs_through_all_stretches(engine: Engine, folder: Path) -> None:
    made = _first(engine, _request(folder), 14)
    vocoder = engine.load(str(folder), Progress()).vocoder
    samples = np.concatenate([passage.samples for passage in made])
    mel = torch.from_numpy(np.concatenate([passage.mel for passage in made]))

    assert samples.size
    vocoded = Edge.at_rate(16000).faded_start(vocoder.vocode(mel)[: samples.size])
    np.testing.assert_allclose(samples, vocoded, atol=1e-5)


def _latent_windows(
    engine: Engine, request: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> list[torch.Tensor]:
    """The latents (1, C, T, F) of four windows as they are denoised."""
    windows: list[torch.Tensor] = []

    def remember(*args: Any, **kwargs: Any) -> torch.Tensor:
        windows.append(denoise(*args, **kwargs))
        return windows[-1]

    monkeypatch.setattr(core.pipeline.endless, "denoise", remember)
    _first(engine, request, 4)
    return windows


def test_each_window_starts_with_a_frame_of_the_one_before(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = _latent_windows(engine, _request(folder), monkeypatch)

    assert len(windows) == 4
    for before, after in pairwise(windows):
        assert torch.equal(after[:, :, 0], before[:, :, -SHARED_LATENTS])
        assert not torch.equal(after, before)


def test_new_latents_blend_with_those_of_the_last_window(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = _latent_windows(engine, _request(folder), monkeypatch)

    for before, after in pairwise(windows):
        shared = after[:, :, :SHARED_LATENTS] - before[:, :, -SHARED_LATENTS:]
        distances = shared.square().mean(dim=(0, 1, 3)).sqrt().tolist()
        assert distances == sorted(distances)
        assert distances[1] > 0


def test_the_same_request_gives_the_same_sound(engine: Engine, folder: Path) -> None:
    first, again = (_first(engine, _request(folder), 3) for _ in range(2))
    other = _first(engine, _request(folder, seed=4), 3)
    for one, two in zip(first, again, strict=True):
        assert np.array_equal(one.mel, two.mel)
    assert not np.array_equal(first[0].mel, other[0].mel)


def test_memory_does_not_grow(engine: Engine, folder: Path) -> None:
    sizes = []
    for number, _ in enumerate(islice(engine.endless(_request(folder)), 16)):
        if number in (9, 15):  # the vocoder's chunks are four and a half passages long
            gc.collect()
            sizes.append(_live_bytes())
    assert sizes[1] <= sizes[0] * 1.02


def _live_bytes() -> int:
    tensors = [item for item in gc.get_objects() if issubclass(type(item), torch.Tensor)]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def test_a_stretch_is_made_only_when_it_is_requested(engine: Engine, folder: Path) -> None:
    events: list[Event] = []
    endless = engine.endless(_request(folder), Progress(events.append))
    next(endless)
    next(endless)
    assert sum(isinstance(event, DenoisingStep) for event in events) == 2 * 2
    assert sum(isinstance(event, AudioChunk) for event in events) == 2


@pytest.mark.parametrize("kind", [DenoisingStep, AudioChunk])
def test_cancelling_ends_it_and_leaves_an_engine_that_works(
    engine: Engine, folder: Path, kind: type[Event]
) -> None:
    progress = Progress(lambda event: progress.cancel() if isinstance(event, kind) else None)
    with pytest.raises(Cancelled):
        list(engine.endless(_request(folder), progress))
    assert _first(engine, _request(folder), 1)


def test_a_source_sound_is_ignored_with_a_notice(engine: Engine, folder: Path) -> None:
    events: list[Event] = []
    next(engine.endless(_request(folder, init_audio="rain.wav"), Progress(events.append)))
    assert any(isinstance(event, Notice) for event in events)


def _following(engine: Engine, folder: Path, prompts: list[str]) -> list[EndlessStretch]:
    return _with_settings(engine, folder, [{"prompt": prompt} for prompt in prompts])


def _with_settings(
    engine: Engine, folder: Path, settings: list[dict[str, Any]]
) -> list[EndlessStretch]:
    """Stretches with one change of the request after another."""
    asked = iter(settings[:1] + settings)  # it is asked once before the first window, too
    request = _request(folder)
    endless = engine.endless(request, request_now=lambda: replace(request, **next(asked)))
    return list(islice(endless, len(settings)))


def test_a_changed_prompt_is_followed_from_the_next_window_on(engine: Engine, folder: Path) -> None:
    plain = _first(engine, _request(folder), 4)
    same = _following(engine, folder, ["rain"] * 4)
    changed = _following(engine, folder, ["rain", "rain", "wind", "wind"])

    for one, two in zip(plain, same, strict=True):
        assert np.array_equal(one.latents, two.latents)
    for one, two in zip(plain[:2], changed[:2], strict=True):
        assert np.array_equal(one.latents, two.latents)
    assert not np.array_equal(plain[2].latents, changed[2].latents)
    assert [one.prompt for one in changed] == ["rain", "rain", "wind", "wind"]


def test_a_prompt_that_is_changed_back_is_followed_back(engine: Engine, folder: Path) -> None:
    made = _following(engine, folder, ["rain", "wind", "rain"])
    assert [one.prompt for one in made] == ["rain", "wind", "rain"]


@pytest.mark.parametrize(
    "change",
    [
        {"negative_prompt": "hiss"},
        {"guidance_scale": 6.0},
        {"num_inference_steps": 4},
        {"scheduler": "euler"},
        {"draft": True},
    ],
)
def test_other_settings_are_followed_from_the_next_window_on(
    engine: Engine, folder: Path, change: dict[str, Any]
) -> None:
    plain = _first(engine, _request(folder), 3)
    changed = _with_settings(engine, folder, [{}, change, {}])
    assert np.array_equal(plain[0].latents, changed[0].latents)
    assert not np.array_equal(plain[1].latents, changed[1].latents)


def test_what_is_of_the_whole_sound_stays(engine: Engine, folder: Path) -> None:
    plain = _first(engine, _request(folder), 2)
    same = _with_settings(engine, folder, [{}, {"seed": 99, "level": -12.0, "duration_s": 3.0}])
    for one, two in zip(plain, same, strict=True):
        assert np.array_equal(one.latents, two.latents)
        assert np.array_equal(one.samples, two.samples)
