import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, EulerAncestralDiscreteScheduler
from torch import Tensor

from core.api.errors import Cancelled, InvalidRequestError, NonFiniteError
from core.api.events import DenoisingStep, Event
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import denoise
from core.diffusion.inpainting import Inpainting, SourceLatents
from core.diffusion.noise import draw_noise
from tests.core.diffusion.gaussian_model import CONFIG, GaussianModel, shift

TOLERANCE_AT_25_STEPS = {  # of the deviation, as measured, with some room
    Scheduler.DPM_SOLVER: 0.01,
    Scheduler.UNIPC: 0.01,
    Scheduler.HEUN: 0.02,
    Scheduler.LMS: 0.01,
    Scheduler.PNDM: 0.10,
    Scheduler.EULER: 0.10,
    Scheduler.DDIM: 0.15,
}
WITHOUT_NOISE = list(TOLERANCE_AT_25_STEPS)  # they follow the probability flow


def run(
    model: GaussianModel,
    kind: Scheduler = Scheduler.DPM_SOLVER,
    *,
    steps: int = 25,
    guidance: float = 1.0,
    num_frames: int = 8,
    progress: Progress | None = None,
    source: SourceLatents | None = None,
    inpainting: Inpainting | None = None,
) -> Tensor:
    return denoise(
        model,
        shift(),
        draw_noise(model, num_frames, seed=1),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=steps,
        guidance_scale=guidance,
        seed=1,
        progress=progress or Progress(),
        source=source,
        inpainting=inpainting,
    )


def test_all_samplers_but_euler_ancestral_follow_the_flow() -> None:
    assert {*Scheduler} - {*WITHOUT_NOISE} == {Scheduler.EULER_ANCESTRAL}


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("kind", WITHOUT_NOISE)
def test_every_scheduler_nears_the_true_solution_in_25_steps(
    kind: Scheduler, prediction_type: str
) -> None:
    model = GaussianModel(config={**CONFIG, "prediction_type": prediction_type})
    expected = model.clean(draw_noise(model, 8, seed=1))
    error = (run(model, kind) - expected).norm() / expected.norm()
    assert error < TOLERANCE_AT_25_STEPS[kind]


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("kind", list(Scheduler))
def test_latents_equal_those_of_a_plain_loop(kind: Scheduler, prediction_type: str) -> None:
    model = GaussianModel(config={**CONFIG, "prediction_type": prediction_type})
    scheduler = model.noise_path.make_scheduler(kind)
    scheduler.set_timesteps(7)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn((1, 2, 8, 4), generator=generator) * scheduler.init_noise_sigma
    is_random = {"generator": generator} if kind not in WITHOUT_NOISE else {}
    for t in scheduler.timesteps:
        prediction = model.predict(scheduler.scale_model_input(x, t), t, shift().positive)
        x = scheduler.step(prediction, t, x, **is_random).prev_sample
    torch.testing.assert_close(run(model, kind, steps=7), x, rtol=1e-6, atol=1e-6)


def test_euler_ancestral_equals_diffusers_class_to_the_bit() -> None:
    model = GaussianModel()
    scheduler = EulerAncestralDiscreteScheduler.from_config(DDIMScheduler(**CONFIG).config)
    scheduler.set_timesteps(9)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn((1, 2, 8, 4), generator=generator) * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        prediction = model.predict(scheduler.scale_model_input(x, t), t, shift().positive)
        x = scheduler.step(prediction, t, x, generator=generator).prev_sample
    assert torch.equal(run(model, Scheduler.EULER_ANCESTRAL, steps=9), x)


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction", "sample"])
def test_noise_in_every_step_keeps_the_deviation_of_the_data(prediction_type: str) -> None:
    model = GaussianModel(config={**CONFIG, "prediction_type": prediction_type})
    model.window_frames = 2000  # one window
    few, many = (
        run(model, Scheduler.EULER_ANCESTRAL, steps=n, num_frames=2000) for n in (100, 400)
    )
    assert abs(float(many.mean())) < 0.01
    assert abs(float(few.std()) / model.std - 1) < 0.10
    assert abs(float(many.std()) / model.std - 1) < 0.04


@pytest.mark.parametrize("kind", list(Scheduler))
def test_no_step_draws_from_torchs_own_generator(kind: Scheduler) -> None:
    before = torch.get_rng_state()
    run(GaussianModel(), kind, steps=4)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("kind", WITHOUT_NOISE)
def test_more_steps_come_nearer(kind: Scheduler) -> None:
    model = GaussianModel()
    expected = model.clean(draw_noise(model, 8, seed=1))
    errors = [float((run(model, kind, steps=n) - expected).norm()) for n in (5, 20, 80)]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("kind", list(Scheduler))
@pytest.mark.parametrize("steps", [1, 2, 999])
def test_extreme_numbers_of_steps_give_finite_latents(kind: Scheduler, steps: int) -> None:
    assert run(GaussianModel(), kind, steps=steps, num_frames=1).isfinite().all()


@pytest.mark.parametrize("kind", list(Scheduler))
def test_the_same_run_twice_gives_the_same_bits(kind: Scheduler) -> None:
    assert torch.equal(run(GaussianModel(), kind, steps=6), run(GaussianModel(), kind, steps=6))


@pytest.mark.parametrize("kind", list(Scheduler))
def test_every_step_is_emitted_once_with_a_copy_of_latents(kind: Scheduler) -> None:
    events: list[Event] = []
    latents = run(GaussianModel(), kind, steps=5, progress=Progress(events.append))
    steps = [event for event in events if isinstance(event, DenoisingStep)]
    assert [step.step for step in steps] == [1, 2, 3, 4, 5]
    assert {step.num_steps for step in steps} == {5}
    assert all(step.latents.shape == (2, 8, 4) for step in steps)
    assert steps[0].latents.dtype == np.float32
    np.testing.assert_array_equal(steps[-1].latents, latents[0].numpy())
    assert not np.array_equal(steps[0].latents, steps[-1].latents)


def test_cancelling_takes_effect_within_one_step() -> None:
    model = GaussianModel()
    progress = Progress(lambda event: progress.cancel())
    with pytest.raises(Cancelled):
        run(model, steps=25, progress=progress)
    assert len(model.batch_sizes) == 1


def test_a_long_clip_is_predicted_window_by_window() -> None:
    model = GaussianModel()  # 16 latent frames a window
    long = run(model, steps=2, num_frames=40)
    assert long.shape == (1, 2, 40, 4)
    assert len(model.batch_sizes) == 2 * 3
    expected = model.clean(draw_noise(model, 40, seed=1))
    torch.testing.assert_close(run(model, num_frames=40), expected, rtol=0.01, atol=0.01)


def test_values_that_are_not_finite_are_an_error() -> None:
    with pytest.raises(NonFiniteError):
        denoise(
            GaussianModel(),
            shift(float("nan")),
            torch.zeros(1, 2, 8, 4),
            scheduler=GaussianModel().noise_path.make_scheduler(Scheduler.DDIM),
            num_inference_steps=2,
            guidance_scale=1.0,
            seed=1,
            progress=Progress(),
        )


def test_more_steps_than_the_schedule_has_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match="at most 999 steps") as caught:
        run(GaussianModel(), Scheduler.DDIM, steps=1000)
    assert caught.value.field == "num_inference_steps"


@pytest.mark.parametrize("kind", WITHOUT_NOISE)
def test_a_source_runs_the_last_steps_only(
    kind: Scheduler,
) -> None:
    model = GaussianModel()
    sound = draw_noise(model, 8, seed=2) * model.std
    events: list[DenoisingStep] = []
    scheduler = model.noise_path.make_scheduler(kind)
    scheduler.set_timesteps(50)

    result = run(
        model, kind, steps=50, progress=Progress(events.append), source=SourceLatents(sound, 0.4)
    )

    noisy = scheduler.timesteps[30 * scheduler.order]
    expected = model.clean_from(sound, draw_noise(model, 8, seed=1), float(noisy))
    assert [event.step for event in events] == list(range(1, 21))
    assert float((result - expected).norm() / expected.norm()) < TOLERANCE_AT_25_STEPS[kind]


@pytest.mark.parametrize("kind", list(Scheduler))
def test_the_stronger_the_further_from_the_source(kind: Scheduler) -> None:
    model = GaussianModel()
    sound = draw_noise(model, 8, seed=2) * model.std

    distances = [
        float((run(model, kind, source=SourceLatents(sound, strength)) - sound).norm())
        for strength in (0.0, 0.2, 0.5, 1.0)
    ]

    assert distances[0] == 0
    assert distances == sorted(distances)


@pytest.mark.parametrize("kind", list(Scheduler))
def test_known_latents_stay_to_the_bit_and_others_fit_them(kind: Scheduler) -> None:
    model = GaussianModel()
    known = draw_noise(model, 8, seed=2) * model.std
    weights = torch.zeros(1, 1, 8, 4)
    weights[:, :, :5] = 1.0

    free = run(model, kind)
    result = run(model, kind, inpainting=Inpainting(known, weights))

    assert torch.equal(result[:, :, :5], known[:, :, :5])
    torch.testing.assert_close(result[:, :, 5:], free[:, :, 5:])  # cells of this model are alone


@pytest.mark.parametrize("kind", list(Scheduler))
def test_half_a_weight_lies_between_known_and_new_latents(kind: Scheduler) -> None:
    model = GaussianModel()
    known = draw_noise(model, 8, seed=2) * model.std
    made = run(model, kind)
    distances = [
        float(
            (
                run(model, kind, inpainting=Inpainting(known, torch.full((1, 1, 8, 4), w))) - known
            ).norm()
        )
        for w in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert distances[0] == float((made - known).norm())
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] == 0
