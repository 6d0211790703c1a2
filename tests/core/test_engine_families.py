"""AudioLDM2 and MusicLDM through the whole engine: any length, from noise or a sound; edits."""

import json
import shutil
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.diffusion.noise import draw_noise
from core.diffusion.windows import plan_windows
from core.editing.edit_site import FADE_LATENTS, edited_region, site_around
from core.editing.fade_weights import known_weights
from core.engine import Engine
from core.pipeline.edge_fades import Edge

DURATION_S = 1.5
SCALE, HOP = 4, 160
REACH_FRAMES = FADE_LATENTS * SCALE + SCALE + 2 * 23  # the fade, and the vocoder's context
REPAIR = Edit(kind=EditKind.REGENERATE, prompt="a dog", seed=5, start_s=0.68, stop_s=0.8)


@pytest.fixture(scope="module", params=["tiny_audioldm2_folder", "tiny_musicldm_folder"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the family that says it was trained on 0.64 s."""
    copied: Path = shutil.copytree(
        request.getfixturevalue(request.param), tmp_path_factory.mktemp("family") / "model"
    )
    (copied / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return copied


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))


def _request(model: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "rain", "duration_s": DURATION_S, "num_inference_steps": 2, "seed": 3}
    return GenerationRequest.from_dict({**values, "model": str(model), **changes})


def test_a_long_take_is_complete_audible_and_repeatable(engine: Engine, folder: Path) -> None:
    model = engine.load(str(folder), Progress())
    windows = plan_windows(model, model.clock.num_frames(DURATION_S)).windows
    take, again = (engine.generate(_request(folder)) for _ in range(2))
    assert len(windows) > 1
    assert take.waveform.shape == (24000,)
    assert np.isfinite(take.waveform).all()
    assert np.abs(take.waveform).max() > 0
    assert np.array_equal(take.waveform, again.waveform)


def test_prompt_and_negative_prompt_both_have_an_effect(engine: Engine, folder: Path) -> None:
    takes = [
        engine.generate(_request(folder, **words)).latents
        for words in (
            {"prompt": "rain"},
            {"prompt": "church organ"},
            {"prompt": "rain", "negative_prompt": "wind"},
        )
    ]
    assert not np.allclose(takes[0], takes[1])
    assert not np.allclose(takes[0], takes[2])


def test_a_source_sound_is_audible_in_the_take(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    time_s = np.arange(24000) / 16000
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 440 * time_s), 16000)
    model = engine.load(str(folder), Progress())
    assert model.capabilities.audio_to_audio
    started = _request(folder, init_audio=str(tmp_path / "tone.wav"), strength=0.5)
    take, plain = engine.generate(started), engine.generate(_request(folder))
    assert take.waveform.shape == plain.waveform.shape
    assert not np.allclose(take.latents, plain.latents)


@pytest.fixture(scope="module")
def take(engine: Engine, folder: Path) -> Take:
    return engine.generate(_request(folder))


def test_outside_of_a_repair_every_sample_stays_to_the_bit(engine: Engine, take: Take) -> None:
    repaired = engine.edit(take, REPAIR)

    start = (68 - REACH_FRAMES) * HOP
    stop = (80 + REACH_FRAMES) * HOP
    assert np.array_equal(repaired.waveform[:start], take.waveform[:start])
    assert np.array_equal(repaired.waveform[stop:], take.waveform[stop:])
    changed = (repaired.latents != take.latents).any(axis=(0, 2)).nonzero()[0]
    assert (changed.min(), changed.max()) == (17, 19)


def test_known_latents_have_the_noise_of_every_step(
    engine: Engine, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = engine.load(take.request.model, Progress())
    predict, seen = model.predict, list[tuple[torch.Tensor, torch.Tensor]]()

    def watched(x: torch.Tensor, t: torch.Tensor, conditioning: dict) -> torch.Tensor:
        seen.append((x.clone(), t))
        return predict(x, t, conditioning)

    monkeypatch.setattr(model, "predict", watched)
    engine.edit(take, REPAIR)

    num_frames = take.latents.shape[1]
    free = edited_region(REPAIR, model.mel, num_frames, SCALE)
    site = site_around(num_frames, free, model.window_frames, is_soft=True)
    is_held = known_weights(site, model.latent_bins)[0, 0] == 1
    known = torch.from_numpy(take.latents[None, :, site.stretch.slice].copy())
    scheduler = model.noise_path.make_scheduler(take.request.scheduler)
    scheduler.set_timesteps(take.request.num_inference_steps)
    noise = draw_noise(model, site.stretch.length, REPAIR.seed)
    assert [int(t) for _, t in seen] == scheduler.timesteps.tolist()
    for x, t in seen:
        expected = scheduler.add_noise(known, noise, t.reshape(1))[0]
        for row in x:  # negative prompt and prompt
            torch.testing.assert_close(row[:, is_held], expected[:, is_held])
            assert not torch.allclose(row[:, ~is_held], expected[:, ~is_held]) or t == seen[0][1]


@pytest.mark.parametrize("kind", [EditKind.CONTINUE_RIGHT, EditKind.CONTINUE_LEFT])
def test_continuing_keeps_every_unfaded_sample(engine: Engine, take: Take, kind: EditKind) -> None:
    longer = engine.edit(take, Edit(kind=kind, prompt="rain", added_s=0.4, seed=1))

    added, faded = longer.waveform.size - take.waveform.size, Edge.at_rate(16000).length
    kept, start = slice(take.waveform.size - faded), 0
    if kind is EditKind.CONTINUE_LEFT:
        kept, start = slice(faded, None), added
    assert added == round(0.4 * 16000)
    assert np.array_equal(longer.waveform[start:][kept], take.waveform[kept])


def test_a_loop_keeps_its_middle(engine: Engine, take: Take) -> None:
    loop = engine.edit(take, Edit(kind=EditKind.LOOP, prompt="rain", seed=2))

    assert loop.latents.shape == take.latents.shape
    middle = slice((2 * SCALE + REACH_FRAMES) * HOP, -(2 * SCALE + REACH_FRAMES) * HOP)
    assert np.array_equal(loop.waveform[: take.waveform.size][middle], take.waveform[middle])
    assert not np.array_equal(loop.latents[:, :2], take.latents[:, :2])


def test_endless_stretches_follow_each_other_and_differ(engine: Engine, folder: Path) -> None:
    made = list(islice(engine.endless(_request(folder)), 3))

    places = np.cumsum([0, *(len(passage.samples) for passage in made)])
    assert [passage.start_sample for passage in made] == places[:-1].tolist()
    assert {passage.latents.shape[1] for passage in made} == {12}  # 16, and 4 are shared
    assert not np.allclose(made[0].latents, made[1].latents)
    assert all(np.isfinite(passage.samples).all() for passage in made)
