"""Stable Audio 3: equal to diffusers' own pipelines, and told what is known of a clip."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from diffusers import (
    StableAudio3AudioToAudioPipeline,
    StableAudio3InpaintPipeline,
    StableAudio3Pipeline,
)
from torch import Tensor

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError, ModelLoadError
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.api.take import Take
from core.clock import Clock
from core.diffusion.denoising import denoise
from core.diffusion.guidance import ClipPlace
from core.diffusion.inpainting import Inpainting
from core.diffusion.noise import draw_noise
from core.engine import Engine
from core.models.capabilities import read_capabilities
from core.models.families.stable_audio_3 import StableAudio3
from core.models.folder import open_folder
from core.models.loader import load_model
from tests.core.models.changed_settings import change
from tests.stock_pipelines import stock_stable_audio_3
from tests.tiny_stable_audio_3 import HOP_LENGTH, SAMPLE_RATE, WINDOW_FRAMES

FADE_SAMPLES = round(0.01 * SAMPLE_RATE)
INSIDE = slice(FADE_SAMPLES, -FADE_SAMPLES)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def model(tiny_stable_audio_3_folder: Path) -> StableAudio3:
    return load(tiny_stable_audio_3_folder)


@pytest.fixture(scope="module")
def take(engine: Engine, tiny_stable_audio_3_folder: Path) -> Take:
    return engine.generate(request_of(tiny_stable_audio_3_folder))


@pytest.fixture
def folder(tiny_stable_audio_3_folder: Path, tmp_path: Path) -> Path:
    copied: Path = shutil.copytree(tiny_stable_audio_3_folder, tmp_path / "model")
    return copied


def load(folder: Path, dtype: torch.dtype = torch.float32) -> StableAudio3:
    cpu = torch.device("cpu")
    model = load_model(str(folder), device=cpu, dtype=dtype, progress=Progress())
    assert isinstance(model, StableAudio3)
    return model


def request_of(folder: Path, **values: Any) -> GenerationRequest:
    settings = {
        "prompt": "organ",
        "duration_s": 0.2,
        "num_inference_steps": 8,
        "guidance_scale": 1.0,
        "scheduler": Scheduler.EULER_ANCESTRAL,
        "seed": 3,
    }
    return GenerationRequest(model=str(folder), **{**settings, **values})


def assert_equals_stock(take: Take, pipeline: Any, **settings: Any) -> None:
    """The take's latents and samples are those of a stock pipeline, to 1e-4."""

    def stock(output_type: str) -> np.ndarray:
        generator = torch.Generator().manual_seed(3)
        made = pipeline(
            "organ", duration=0.2, generator=generator, output_type=output_type, **settings
        )
        found: Tensor = made.audios[0]
        return found.numpy()

    assert take.latents is not None
    np.testing.assert_allclose(take.latents[..., 0], stock("latent"), atol=1e-4)
    samples = stock("pt").T
    assert take.waveform.shape == samples.shape == (1600, 2)
    np.testing.assert_allclose(take.waveform[INSIDE], samples[INSIDE], atol=1e-4)


def test_latents_and_samples_equal_the_stock_pipelines(
    take: Take, tiny_stable_audio_3_folder: Path
) -> None:
    pipeline = stock_stable_audio_3(tiny_stable_audio_3_folder, StableAudio3Pipeline)
    assert_equals_stock(take, pipeline)


def test_a_sound_that_is_started_from_keeps_all_steps_as_the_stock_pipelines(
    engine: Engine, tiny_stable_audio_3_folder: Path, tmp_path: Path
) -> None:
    samples = 0.1 * np.random.default_rng(1).standard_normal((1600, 2)).astype(np.float32)
    path = tmp_path / "source.wav"
    soundfile.write(path, samples, SAMPLE_RATE, subtype="FLOAT")
    take = engine.generate(
        request_of(tiny_stable_audio_3_folder, init_audio=str(path), strength=0.6)
    )
    pipeline = stock_stable_audio_3(tiny_stable_audio_3_folder, StableAudio3AudioToAudioPipeline)
    audio = torch.from_numpy(samples.T.copy())[None]
    assert_equals_stock(take, pipeline, audio=audio, init_noise_level=0.6)


def test_a_source_of_no_strength_stays_as_it_is(
    engine: Engine, tiny_stable_audio_3_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "source.wav"
    samples = 0.1 * np.random.default_rng(1).standard_normal((1600, 2)).astype(np.float32)
    soundfile.write(path, samples, SAMPLE_RATE, subtype="FLOAT")
    made = engine.generate(
        request_of(tiny_stable_audio_3_folder, init_audio=str(path), strength=0.0)
    )
    vae = load(tiny_stable_audio_3_folder).waveform_vae
    latents = vae.encode(torch.from_numpy(samples.T.copy())[None]).latents[0]
    assert made.latents is not None
    np.testing.assert_allclose(made.latents[..., 0], latents.numpy(), atol=1e-4)


def test_what_is_filled_in_equals_the_stock_inpainting(
    model: StableAudio3, take: Take, tiny_stable_audio_3_folder: Path, monkeypatch: Any
) -> None:
    assert take.latents is not None
    known, weights = torch.from_numpy(take.latents)[None], torch.ones(1, 1, 25, 1)
    weights[:, :, 8:15] = 0
    found = denoise(
        model,
        model.encode_prompt("organ", ""),
        draw_noise(model, 25, 3),
        scheduler=model.noise_path.make_scheduler(Scheduler.EULER_ANCESTRAL),
        num_inference_steps=8,
        guidance_scale=1.0,
        seed=3,
        progress=Progress(),
        inpainting=Inpainting(known, weights),
        place=ClipPlace(0.2),
    )
    assert torch.equal(found[weights.expand_as(found) == 1], known[weights.expand_as(known) == 1])
    pipeline = stock_stable_audio_3(tiny_stable_audio_3_folder, StableAudio3InpaintPipeline)
    monkeypatch.setattr(pipeline, "_encode_reference_audio", lambda *_: known[..., 0])
    stock = pipeline(
        "organ",
        duration=0.2,
        audio=torch.zeros(1, 2, 1600),
        mask=weights[..., 0],
        generator=torch.Generator().manual_seed(3),
        output_type="latent",
    ).audios
    torch.testing.assert_close(found[:, :, 8:15, 0], stock[:, :, 8:15], atol=1e-4, rtol=0)


def test_its_clock_and_card_are_those_of_its_training(model: StableAudio3) -> None:
    assert model.clock == Clock(SAMPLE_RATE, 2, HOP_LENGTH)
    assert (model.window_frames, model.least_frames) == (WINDOW_FRAMES, 1)
    card = model.card
    assert (card.guidance_scale, card.num_inference_steps) == (1.0, 8)
    assert card.scheduler is Scheduler.EULER_ANCESTRAL


def test_capabilities_are_read_without_loading(
    model: StableAudio3, tiny_stable_audio_3_folder: Path
) -> None:
    found = read_capabilities(open_folder(tiny_stable_audio_3_folder))
    assert found == model.capabilities
    assert found.max_prompt_tokens == 255
    assert not found.guided


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"guidance_scale": 3.0}, "set the guidance to 1"),
        ({"scheduler": Scheduler.DPM_SOLVER}, "choose euler-ancestral"),
        ({"scheduler": Scheduler.EULER}, "choose euler-ancestral"),
    ],
)
def test_guidance_and_other_samplers_are_refused(
    engine: Engine, tiny_stable_audio_3_folder: Path, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidRequestError, match=sentence):
        engine.generate(request_of(tiny_stable_audio_3_folder, **values))


def test_a_band_of_frequencies_is_refused(engine: Engine, take: Take) -> None:
    edit = Edit(
        kind=EditKind.REGENERATE, prompt="rain", start_s=0.05, stop_s=0.1, low_hz=100, high_hz=900
    )
    with pytest.raises(InvalidRequestError, match="not a band"):
        engine.edit(take, edit)


def test_a_model_that_is_not_distilled_takes_guidance(
    engine: Engine, folder: Path, tiny_stable_audio_3_folder: Path
) -> None:
    change(folder, "scheduler/scheduler_config.json", stochastic_sampling=False)
    made = engine.generate(
        request_of(folder, scheduler=Scheduler.EULER, guidance_scale=3.0, negative_prompt="rain")
    )
    pipeline = stock_stable_audio_3(folder, StableAudio3Pipeline)
    assert_equals_stock(
        made, pipeline, num_inference_steps=8, guidance_scale=3.0, negative_prompt="rain"
    )


def test_a_long_sound_is_continued_window_by_window(
    tiny_stable_audio_3_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, Tensor]] = []
    knowing = StableAudio3.knowing

    def noting(
        self: StableAudio3, prompt: dict[str, Tensor], latents: Tensor, mask: Tensor
    ) -> dict[str, Tensor]:
        told.append((int(mask.sum()), latents[0, :, : int(mask.sum()), 0]))
        return knowing(self, prompt, latents, mask)

    monkeypatch.setattr(StableAudio3, "knowing", noting)
    request = request_of(tiny_stable_audio_3_folder, duration_s=0.6, num_inference_steps=2)
    take = Engine().generate(request)
    assert take.waveform.shape == (4800, 2)
    assert take.latents is not None
    overlaps = [10, 11]  # of windows of 32 frames that begin at 0, 22 and 43
    assert [count for count, _ in told] == [count for count in overlaps for _ in range(2)]
    for (count, latents), start in zip(told[::2], (22, 43), strict=True):
        known = take.latents[:, start : start + count, 0]
        np.testing.assert_array_equal(latents.numpy(), known)


def test_a_repair_leaves_all_else_as_it_was(engine: Engine, take: Take) -> None:
    edit = Edit(kind=EditKind.REGENERATE, prompt="rain", start_s=0.08, stop_s=0.12)
    edited = engine.edit(take, edit)
    outside = np.r_[0:384, 1216:1600]  # of frames 10 to 15 and the cross-fades around
    assert not np.array_equal(edited.waveform[700:900], take.waveform[700:900])
    np.testing.assert_array_equal(edited.waveform[outside], take.waveform[outside])


@pytest.mark.parametrize("kind", [EditKind.CONTINUE_RIGHT, EditKind.CONTINUE_LEFT, EditKind.LOOP])
def test_takes_are_continued_and_looped(engine: Engine, take: Take, kind: EditKind) -> None:
    added_s = {} if kind is EditKind.LOOP else {"added_s": 0.16}
    edited = engine.edit(take, Edit(kind=kind, prompt="organ", **added_s))
    assert len(edited.waveform) == (1600 if kind is EditKind.LOOP else 2880)
    assert np.isfinite(edited.waveform).all()


def test_endless_sound_continues_each_window(
    engine: Engine, tiny_stable_audio_3_folder: Path
) -> None:
    stretches = engine.endless(request_of(tiny_stable_audio_3_folder, num_inference_steps=2))
    made = [next(stretches) for _ in range(3)]
    assert made[2].start_sample == len(made[0].samples) + len(made[1].samples)
    assert len(made[2].samples) == pytest.approx(24 * HOP_LENGTH, abs=80)  # of the limiter


def test_places_are_told_in_float32_in_any_precision(tiny_stable_audio_3_folder: Path) -> None:
    exact, half = (
        load(tiny_stable_audio_3_folder, dtype).transformer.rotary_pos_emb(
            4000, torch.device("cpu")
        )
        for dtype in (torch.float32, torch.bfloat16)
    )
    torch.testing.assert_close(half, exact)


@pytest.mark.parametrize(
    ("file", "values", "sentence"),
    [
        ("scheduler/scheduler_config.json", {"use_karras_sigmas": True}, "use_karras_sigmas"),
        ("scheduler/scheduler_config.json", {"_class_name": "DDIMScheduler"}, "other noise"),
        ("duration_embedder/config.json", {"max_val": 1e9}, "max_val"),
    ],
)
def test_a_folder_that_cannot_run_is_refused(
    folder: Path, file: str, values: dict[str, Any], sentence: str
) -> None:
    change(folder, file, **values)
    with pytest.raises(ModelLoadError, match=sentence):
        load(folder)
