"""Stable Audio: equal to diffusers' own pipeline, and told where its windows lie."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.api.errors import InvalidRequestError, ModelLoadError
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.clock import Clock
from core.engine import Engine
from core.models.capabilities import read_capabilities
from core.models.card_file import read_card
from core.models.families.stable_audio import StableAudio
from core.models.folder import open_folder
from core.models.loader import load_model
from core.models.noise_paths.edm_samplers import CosineDpmSolver
from tests.core.models.changed_settings import change
from tests.stock_pipelines import stock_stable_audio
from tests.tiny_families import MAX_WORD_TOKENS
from tests.tiny_stable_audio import HOP_LENGTH, SAMPLE_RATE, SCHEDULE, WINDOW_FRAMES

FADE_SAMPLES = round(0.01 * SAMPLE_RATE)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def model(tiny_stable_audio_folder: Path) -> StableAudio:
    return load(tiny_stable_audio_folder)


@pytest.fixture
def folder(tiny_stable_audio_folder: Path, tmp_path: Path) -> Path:
    copied: Path = shutil.copytree(tiny_stable_audio_folder, tmp_path / "model")
    return copied


def load(folder: Path) -> StableAudio:
    cpu = torch.device("cpu")
    model = load_model(str(folder), device=cpu, dtype=torch.float32, progress=Progress())
    assert isinstance(model, StableAudio)
    return model


def request_of(folder: Path, **values: Any) -> GenerationRequest:
    settings = {"prompt": "organ", "duration_s": 0.2, "num_inference_steps": 4, "seed": 3}
    return GenerationRequest(model=str(folder), guidance_scale=7.0, **{**settings, **values})


@pytest.mark.parametrize("negative", ["", "rain"])
def test_latents_and_samples_equal_the_stock_pipelines(
    engine: Engine, tiny_stable_audio_folder: Path, negative: str
) -> None:
    take = engine.generate(request_of(tiny_stable_audio_folder, negative_prompt=negative))
    pipeline = stock_stable_audio(tiny_stable_audio_folder)

    def stock(output_type: str) -> Tensor:
        made = pipeline(
            "organ",
            negative_prompt=negative or None,
            audio_end_in_s=0.2,
            num_inference_steps=4,
            guidance_scale=7.0,
            generator=torch.Generator().manual_seed(3),
            output_type=output_type,
        )
        found: Tensor = made.audios[0]
        return found

    assert take.latents is not None
    num_frames = take.latents.shape[1]
    assert num_frames == 25
    latents = stock("latent").numpy()[:, :num_frames, None]
    np.testing.assert_allclose(take.latents, latents, atol=1e-4)
    samples, inside = stock("pt").numpy().T, slice(FADE_SAMPLES, -FADE_SAMPLES)
    assert take.waveform.shape == samples.shape == (1600, 2)
    np.testing.assert_allclose(take.waveform[inside], samples[inside], atol=1e-4)


def test_the_cosine_scheduler_is_run_without_noise_in_its_steps(
    engine: Engine, folder: Path
) -> None:
    change(folder, "model_index.json", scheduler=["diffusers", "CosineDPMSolverMultistepScheduler"])
    change(
        folder,
        "scheduler/scheduler_config.json",
        _class_name="CosineDPMSolverMultistepScheduler",
    )
    take = engine.generate(request_of(folder))
    shutil.rmtree(folder / "scheduler")
    CosineDpmSolver(**SCHEDULE).save_pretrained(folder / "scheduler")
    change(folder, "model_index.json", scheduler=["diffusers", "EDMDPMSolverMultistepScheduler"])
    change(folder, "scheduler/scheduler_config.json", _class_name="EDMDPMSolverMultistepScheduler")
    pipeline = stock_stable_audio(folder)
    pipeline.scheduler = CosineDpmSolver(**SCHEDULE)
    latents = pipeline(
        "organ",
        audio_end_in_s=0.2,
        num_inference_steps=4,
        generator=torch.Generator().manual_seed(3),
        output_type="latent",
    ).audios[0]
    assert take.latents is not None
    np.testing.assert_allclose(take.latents[..., 0], latents[:, :25].numpy(), atol=1e-4)


def test_its_clock_and_card_say_what_it_makes(
    model: StableAudio, tiny_stable_audio_folder: Path
) -> None:
    assert model.clock == Clock(SAMPLE_RATE, 2, HOP_LENGTH)
    assert model.window_frames == model.least_frames == WINDOW_FRAMES
    card = read_card(open_folder(tiny_stable_audio_folder))
    assert (card.guidance_scale, card.num_inference_steps, card.window_frames) == (7.0, 100, 4755)


def test_capabilities_are_read_without_loading(
    model: StableAudio, tiny_stable_audio_folder: Path
) -> None:
    found = read_capabilities(open_folder(tiny_stable_audio_folder))
    assert found == model.capabilities
    assert found.max_prompt_tokens == MAX_WORD_TOKENS - 1
    assert "not a band" in found.limits[-1]


def test_each_window_is_told_its_own_place(model: StableAudio) -> None:
    prompt = model.encode_prompt("organ", "").positive
    both = model.placed(prompt, [0.0, 30.0], 100.0)
    for row, start_s in enumerate((0.0, 30.0)):
        alone = model.placed(prompt, [start_s], 100.0)
        for name, values in both.items():
            torch.testing.assert_close(values[row], alone[name][0])
    assert not torch.allclose(both["global_hidden_states"][0], both["global_hidden_states"][1])


def test_without_a_negative_prompt_that_side_is_all_zero(model: StableAudio) -> None:
    negative = model.placed(model.encode_prompt("organ", "").negative, [3.0], 9.0)
    assert not negative["encoder_hidden_states"].any()
    assert negative["global_hidden_states"].any()


def test_windows_beyond_the_first_are_predicted_at_their_places(
    tiny_stable_audio_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[tuple[list[float], float]] = []
    placed = StableAudio.placed

    def noting(
        self: StableAudio, prompt: dict[str, Tensor], starts_s: list[float], total_s: float
    ) -> dict[str, Tensor]:
        places.append((list(starts_s), total_s))
        return placed(self, prompt, starts_s, total_s)

    monkeypatch.setattr(StableAudio, "placed", noting)
    request = request_of(tiny_stable_audio_folder, duration_s=0.8, num_inference_steps=1)
    take = Engine().generate(request)
    assert take.waveform.shape == (6400, 2)
    starts = sorted({start for starts_s, _ in places for start in starts_s})
    assert starts == [0.0, 0.24, 0.48]
    assert {total_s for _, total_s in places} == {0.8}


def test_samplers_of_other_noise_are_refused(
    engine: Engine, tiny_stable_audio_folder: Path
) -> None:
    with pytest.raises(InvalidRequestError, match=r"choose dpm-solver\+\+ or euler"):
        engine.generate(request_of(tiny_stable_audio_folder, scheduler=Scheduler.DDIM))


@pytest.mark.parametrize(
    ("file", "values", "sentence"),
    [
        ("scheduler/scheduler_config.json", {"sigma_max": 0.1}, "levels of noise"),
        ("scheduler/scheduler_config.json", {"_class_name": "DDIMScheduler"}, "other noise"),
        ("transformer/config.json", {"sample_size": 0}, "sample_size"),
    ],
)
def test_a_folder_that_cannot_run_is_refused(
    folder: Path, file: str, values: dict[str, Any], sentence: str
) -> None:
    change(folder, file, **values)
    with pytest.raises(ModelLoadError, match=sentence):
        load(folder)
