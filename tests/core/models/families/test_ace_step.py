"""ACE-Step: equal to diffusers' own pipeline, and told what is sung, how fast and in which key."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.api.config import EngineConfig
from core.api.errors import Cancelled, InvalidRequestError, ModelLoadError
from core.api.events import DenoisingStep, Event, Notice
from core.api.lora import Lora
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import GenerationRequest, Scheduler
from core.clock import Clock
from core.diffusion.run_checkpoint import RunCheckpoint
from core.engine import Engine
from core.models.capabilities import read_capabilities
from core.models.card_file import read_card
from core.models.families.ace_step import AceStep
from core.models.folder import open_folder
from core.models.loader import load_model
from core.models.text_to_audio_model import Song
from core.pipeline.latents import make_latents
from tests.core.models.changed_settings import change
from tests.core.models.lora.tiny_lora import make_parts, write_peft
from tests.stock_pipelines import stock_ace_step
from tests.tiny_ace_step import LATENT_CHANNELS, WINDOW_FRAMES, build_tiny_ace_step
from tests.tiny_stable_audio import HOP_LENGTH, SAMPLE_RATE

FADE_SAMPLES = round(0.01 * SAMPLE_RATE)
PEAK = 10 ** (-1 / 20)  # that the stock pipeline brings every sound to
SONG = {"lyrics": "[verse]\nla la", "bpm": 120, "key": "C major", "beats": 3}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_ace_step(tmp_path_factory.mktemp("ace_step_base"), is_turbo=False)


@pytest.fixture(scope="module")
def model(tiny_ace_step_folder: Path) -> AceStep:
    return load(tiny_ace_step_folder)


@pytest.fixture
def folder(tiny_ace_step_folder: Path, tmp_path: Path) -> Path:
    copied: Path = shutil.copytree(tiny_ace_step_folder, tmp_path / "model")
    return copied


def load(folder: Path, dtype: torch.dtype = torch.float32) -> AceStep:
    cpu = torch.device("cpu")
    model = load_model(str(folder), device=cpu, dtype=dtype, progress=Progress())
    assert isinstance(model, AceStep)
    return model


def request_of(folder: Path, **values: Any) -> GenerationRequest:
    settings: dict[str, Any] = {
        "prompt": "organ",
        "duration_s": 0.3,
        "num_inference_steps": 4,
        "guidance_scale": read_card(open_folder(folder)).guidance_scale,
        "scheduler": Scheduler.EULER,
        "seed": 3,
    }
    return GenerationRequest(model=str(folder), **{**settings, **values})


@pytest.mark.parametrize("is_turbo", [True, False], ids=["turbo", "base"])
def test_latents_and_samples_equal_the_stock_pipelines(
    engine: Engine, tiny_ace_step_folder: Path, base: Path, is_turbo: bool
) -> None:
    folder = tiny_ace_step_folder if is_turbo else base
    take = engine.generate(request_of(folder, **SONG))
    pipeline = stock_ace_step(folder)
    noise = torch.randn(1, LATENT_CHANNELS, 38, generator=torch.Generator().manual_seed(3))

    def stock(output_type: str) -> Tensor:
        made = pipeline(
            "organ",
            lyrics=SONG["lyrics"],
            bpm=SONG["bpm"],
            keyscale=SONG["key"],
            timesignature=str(SONG["beats"]),
            audio_duration=0.3,
            num_inference_steps=4,
            guidance_scale=1.0 if is_turbo else 7.0,
            latents=noise.transpose(1, 2),
            output_type=output_type,
        )
        found: Tensor = made.audios[0]
        return found

    assert take.latents is not None
    assert take.latents.shape == (LATENT_CHANNELS, 38, 1)
    np.testing.assert_allclose(take.latents[..., 0].T, stock("latent").numpy(), atol=1e-4)
    samples, inside = stock("pt").numpy().T, slice(FADE_SAMPLES, len(take.waveform) - FADE_SAMPLES)
    whole = pipeline.vae.decode(torch.from_numpy(take.latents.transpose(2, 0, 1))).sample.detach()
    peak = float(whole.abs().max())
    np.testing.assert_allclose(take.waveform[inside] * PEAK / peak, samples[inside], atol=1e-4)


def test_a_length_at_which_the_stock_pipeline_crashes_is_made(
    engine: Engine, tiny_ace_step_folder: Path
) -> None:
    take = engine.generate(request_of(tiny_ace_step_folder, duration_s=0.1375))
    assert take.waveform.shape == (1100, 2)


def test_its_clock_and_card_say_what_it_makes(
    model: AceStep, tiny_ace_step_folder: Path, base: Path
) -> None:
    assert model.clock == Clock(SAMPLE_RATE, 2, HOP_LENGTH)
    assert model.window_frames == WINDOW_FRAMES
    cards = [read_card(open_folder(folder)) for folder in (tiny_ace_step_folder, base)]
    assert [(card.guidance_scale, card.num_inference_steps) for card in cards] == [(1, 8), (7, 50)]
    assert {card.scheduler for card in cards} == {Scheduler.EULER}


def test_capabilities_are_read_without_loading(
    model: AceStep, tiny_ace_step_folder: Path, base: Path
) -> None:
    turbo, guided = (read_capabilities(open_folder(one)) for one in (tiny_ace_step_folder, base))
    assert turbo == model.capabilities
    assert turbo.sings
    assert guided.sings
    assert (turbo.guided, guided.guided) == (False, True)
    assert not turbo.reads_negative_prompt


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"guidance_scale": 2.0}, "guidance_scale"),
        ({"negative_prompt": "rain"}, "negative_prompt"),
        ({"lyrics": "la", "duration_s": 0.4}, "lyrics"),
        ({"transcription": "hello"}, "transcription"),
        ({"scheduler": Scheduler.DDIM}, "scheduler"),
    ],
)
def test_what_it_cannot_do_is_refused_with_a_sentence(
    engine: Engine, tiny_ace_step_folder: Path, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        engine.generate(request_of(tiny_ace_step_folder, **change))
    assert refusal.value.field == field


def test_sounds_beyond_its_window_are_made_without_lyrics(engine: Engine, base: Path) -> None:
    take = engine.generate(request_of(base, duration_s=0.7, num_inference_steps=2))
    assert take.waveform.shape == (5600, 2)


def test_guidance_with_momentum_is_resumed_to_the_bit(base: Path, tmp_path: Path) -> None:
    model, request = load(base), request_of(base, duration_s=0.7, num_inference_steps=6)

    def stop(event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.step == 3:
            progress.cancel()

    def latents(progress: Progress, checkpoint: RunCheckpoint | None) -> Tensor:
        clip = make_latents(
            model, request, EngineConfig(), checkpoint=checkpoint, preview=None, progress=progress
        )
        return clip.read(Span(0, clip.shape[2]))

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        latents(progress, RunCheckpoint(tmp_path, 0))
    resumed = latents(Progress(), RunCheckpoint(tmp_path, 0))
    assert torch.equal(resumed, latents(Progress(), None))


def test_tempo_key_and_lyrics_are_heard(model: AceStep) -> None:
    songs = (Song(1.0), Song(1.0, bpm=90), Song(1.0, key="A minor"), Song(1.0, lyrics="la"))
    encoded = [model.encode_song("organ", "", song).positive for song in songs]
    shapes = {tuple(one["encoder_hidden_states"].shape) for one in encoded}
    assert len(shapes) == len(songs)


def test_words_that_overflow_half_precision_are_encoded_in_float32(
    tiny_ace_step_folder: Path,
) -> None:
    model = load(tiny_ace_step_folder, torch.float16)
    model.text_encoder.norm.weight.mul_(6e4)
    model.condition_encoder.text_projector.weight.mul_(1e-4)
    words = model.text_encoder(input_ids=torch.arange(9)[None]).last_hidden_state
    assert not words.isfinite().all()
    encoded = model.encode_song("organ", "", Song(1.0)).positive["encoder_hidden_states"]
    assert encoded.dtype is torch.float16
    assert encoded.isfinite().all()


def test_a_lora_of_its_own_program_changes_the_sound(
    engine: Engine, model: AceStep, tiny_ace_step_folder: Path, tmp_path: Path
) -> None:
    network = model.transformer
    names = ["layers.0.self_attn.to_q", "layers.1.cross_attn.to_out.0"]
    own = {"to_q": "q_proj", "to_out.0": "o_proj"}
    parts = {
        name.replace(end, its): part
        for name, part in make_parts(network, names).items()
        for end, its in own.items()
        if name.endswith(end)
    }
    lora = Lora(str(write_peft(tmp_path / "lora", parts)))
    request = request_of(tiny_ace_step_folder, num_inference_steps=1)
    plain, changed = (engine.generate(replace(request, loras=one)) for one in ((), (lora,)))
    assert not np.array_equal(plain.waveform, changed.waveform)


def test_words_that_are_not_read_are_reported(engine: Engine, tiny_ace_step_folder: Path) -> None:
    notices: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.sentence)

    request = request_of(
        tiny_ace_step_folder, prompt="organ " * 40, lyrics="la " * 700, num_inference_steps=1
    )
    engine.generate(request, Progress(note))
    assert any("hears the first 192 of 240 tokens" in one for one in notices)
    assert any("the first 2048 of" in one for one in notices)


@pytest.mark.parametrize(
    ("file", "values", "sentence"),
    [
        ("scheduler/scheduler_config.json", {"use_karras_sigmas": True}, "use_karras_sigmas"),
        ("scheduler/scheduler_config.json", {"_class_name": "DDIMScheduler"}, "other noise"),
        ("model_index.json", {"condition_encoder": [None, None]}, "condition_encoder"),
    ],
)
def test_a_folder_that_cannot_run_is_refused(
    folder: Path, file: str, values: dict[str, Any], sentence: str
) -> None:
    change(folder, file, **values)
    with pytest.raises(ModelLoadError, match=sentence):
        load(folder)
