"""Runs that were interrupted go on as if they had not been."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.api.errors import Cancelled
from core.api.events import DenoisingStep, Event, Notice
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import denoise
from core.diffusion.inpainting import SourceLatents
from core.diffusion.latent_clip import STRETCH_FRAMES, ClipInMemory
from core.diffusion.noise import draw_noise
from core.diffusion.run_checkpoint import KEPT_DAYS, RunCheckpoint
from core.diffusion.sampler import Sampler
from tests.core.diffusion.gaussian_model import GaussianModel, shift

NUM_STEPS = 8


def run(
    kind: Scheduler,
    unfinished: RunCheckpoint | None = None,
    *,
    stop_after: int | None = None,
    source: SourceLatents | None = None,
) -> tuple[Tensor, list[int]]:
    """Latents and the steps that were reported."""
    model, steps = GaussianModel(), list[int]()

    def on_event(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            steps.append(event.step)
            if event.step == stop_after:
                progress.cancel()

    progress = Progress(on_event)
    latents = denoise(
        model,
        shift(),
        draw_noise(model, 40, seed=1),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=NUM_STEPS,
        guidance_scale=1.0,
        seed=1,
        progress=progress,
        source=source,
        checkpoint=unfinished,
    )
    return latents, steps


@pytest.mark.parametrize("kind", list(Scheduler))
@pytest.mark.parametrize("stop_after", [1, 5])
def test_a_resumed_run_ends_at_the_same_latents_bit_for_bit(
    tmp_path: Path, kind: Scheduler, stop_after: int
) -> None:
    expected, _ = run(kind)
    with pytest.raises(Cancelled):
        run(kind, RunCheckpoint(tmp_path, save_interval_s=0), stop_after=stop_after)

    latents, steps = run(kind, RunCheckpoint(tmp_path, save_interval_s=0))

    assert torch.equal(latents, expected)
    assert steps == list(range(stop_after + 1, NUM_STEPS + 1))


@pytest.mark.parametrize("kind", list(Scheduler))
def test_a_run_from_a_source_sound_is_resumed_too(tmp_path: Path, kind: Scheduler) -> None:
    source = SourceLatents(torch.ones(1, 2, 40, 4), strength=0.75)
    expected, _ = run(kind, source=source)
    with pytest.raises(Cancelled):
        run(kind, RunCheckpoint(tmp_path, save_interval_s=0), stop_after=3, source=source)

    latents, steps = run(kind, RunCheckpoint(tmp_path, save_interval_s=0), source=source)

    assert torch.equal(latents, expected)
    assert steps[0] == 4


def test_a_run_shorter_than_the_interval_saves_nothing(tmp_path: Path) -> None:
    unfinished = RunCheckpoint(tmp_path / "run", save_interval_s=3600)
    latents, _ = run(Scheduler.DDIM, unfinished)
    unfinished.save_latents(ClipInMemory(latents))

    assert not (tmp_path / "run").exists()


def test_a_slow_disk_takes_a_fiftieth_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s, saved = 0.0, []

    def save_slowly(*_: object) -> None:
        nonlocal now_s
        saved.append(now_s)
        now_s += 0.5

    monkeypatch.setattr("core.diffusion.run_checkpoint.time.monotonic", lambda: now_s)
    monkeypatch.setattr("core.diffusion.run_checkpoint._write_piece", save_slowly)
    unfinished = RunCheckpoint(tmp_path, save_interval_s=2.0)
    sampler = Sampler(GaussianModel().noise_path.make_scheduler(Scheduler.EULER), 8)
    for done in range(1, 101):
        now_s += 1.0
        unfinished.save_step(done, ClipInMemory(torch.zeros(1, 2, 8, 4)), sampler)

    assert saved == [2.0, 27.5, 53.0, 78.5]


@pytest.mark.parametrize("num_frames", [3, 2 * STRETCH_FRAMES + 5])
def test_finished_latents_come_back_and_go_with_the_run(tmp_path: Path, num_frames: int) -> None:
    unfinished = RunCheckpoint(tmp_path / "run", save_interval_s=0)
    latents = torch.randn(1, 2, num_frames, 4)
    found = ClipInMemory(torch.zeros_like(latents))
    assert not unfinished.restore_latents(found)

    unfinished.save_latents(ClipInMemory(latents))
    assert unfinished.restore_latents(found)
    assert torch.equal(found.latents, latents)

    unfinished.discard()
    assert not list(tmp_path.iterdir())


def test_incomplete_finished_latents_are_not_restored(tmp_path: Path) -> None:
    unfinished, shape = (
        RunCheckpoint(tmp_path / "run", save_interval_s=0),
        (1, 2, 2 * STRETCH_FRAMES, 4),
    )
    unfinished.save_latents(ClipInMemory(torch.ones(shape)))
    max((tmp_path / "run").rglob("*.safetensors")).unlink()
    clip = ClipInMemory(torch.zeros(shape))

    assert not unfinished.restore_latents(clip)
    assert not clip.latents.any()


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 64])
def test_a_damaged_state_is_ignored(tmp_path: Path, damage: bytes) -> None:
    unfinished = RunCheckpoint(tmp_path, save_interval_s=0)
    with pytest.raises(Cancelled):
        run(Scheduler.DPM_SOLVER, unfinished, stop_after=2)
    clip = ClipInMemory(torch.zeros(1, 2, 40, 4))
    unfinished.save_latents(clip)
    for file in tmp_path.rglob("*.safetensors"):
        file.write_bytes(damage)

    assert not unfinished.restore_latents(clip)
    assert run(Scheduler.DPM_SOLVER, unfinished)[1][0] == 1


def test_a_state_of_another_length_is_ignored(tmp_path: Path) -> None:
    unfinished = RunCheckpoint(tmp_path, save_interval_s=0)
    with pytest.raises(Cancelled):
        run(Scheduler.EULER, unfinished, stop_after=2)
    x, scheduler = (
        torch.zeros(1, 2, 41, 4),
        GaussianModel().noise_path.make_scheduler(Scheduler.EULER),
    )
    clip = ClipInMemory(x)

    assert unfinished.resume(Sampler(scheduler, 41), clip) == 0
    assert clip.latents is x


def test_only_the_last_state_is_kept(tmp_path: Path) -> None:
    run(Scheduler.DDIM, RunCheckpoint(tmp_path, save_interval_s=0))

    assert [folder.name for folder in tmp_path.iterdir()] == [f"steps-{NUM_STEPS}"]


def test_a_state_that_cannot_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished = RunCheckpoint(tmp_path, save_interval_s=0)
    sampler = Sampler(GaussianModel().noise_path.make_scheduler(Scheduler.EULER), 8)
    clip = ClipInMemory(torch.zeros(1, 2, 8, 4))
    unfinished.save_step(1, clip, sampler)

    def disk_is_full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("core.diffusion.run_checkpoint.save_file", disk_is_full)
    unfinished.save_step(2, clip, sampler)

    assert unfinished.resume(sampler, clip) == 1


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    unfinished = RunCheckpoint(tmp_path / "file" / "run", save_interval_s=0)

    latents, _ = run(Scheduler.DDIM, unfinished)
    unfinished.save_latents(ClipInMemory(latents))

    assert torch.equal(latents, run(Scheduler.DDIM)[0])


def test_a_run_is_found_by_identity_and_kept_for_a_month(tmp_path: Path) -> None:
    run_, same, other = (
        RunCheckpoint.for_identity(tmp_path, {"seed": seed, "prompt": "rain"}) for seed in (1, 1, 2)
    )
    assert run_.folder == same.folder != other.folder

    for kept in (run_, other):
        kept.folder.mkdir()
    long_ago = time.time() - (KEPT_DAYS + 1) * 86_400
    os.utime(run_.folder, (long_ago, long_ago))
    RunCheckpoint.for_identity(tmp_path, {})

    assert list(tmp_path.iterdir()) == [other.folder]


def test_a_folder_that_another_program_removes_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.symlink_to(tmp_path / "nowhere")
    monkeypatch.setattr(Path, "is_dir", lambda path: path in (gone, tmp_path))  # a moment ago

    assert RunCheckpoint.for_identity(tmp_path, {"seed": 1}).folder.parent == tmp_path


def interrupted(folder: Path, kind: Scheduler = Scheduler.DPM_SOLVER) -> RunCheckpoint:
    """A checkpoint of a run that was cancelled after two steps."""
    unfinished = RunCheckpoint(folder, save_interval_s=0)
    with pytest.raises(Cancelled):
        run(kind, unfinished, stop_after=2)
    return unfinished


def spoil_metadata(path: Path, change: Callable[[str], str]) -> None:
    """Change the saved state of a file, and nothing else."""
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    save_file(tensors, path, metadata | {"state": change(metadata["state"])})


@pytest.mark.parametrize("kind", [Scheduler.DPM_SOLVER, Scheduler.EULER])
def test_no_changed_byte_of_a_state_gives_another_sound(tmp_path: Path, kind: Scheduler) -> None:
    expected, _ = run(kind)
    interrupted(tmp_path, kind)
    (path,) = tmp_path.rglob("*.safetensors")
    content = path.read_bytes()
    for place in range(0, len(content), 211):
        spoilt = bytearray(content)
        spoilt[place] ^= 1 << place % 8
        path.write_bytes(spoilt)
        latents, steps = run(kind, RunCheckpoint(tmp_path, save_interval_s=3600))
        assert torch.equal(latents, expected), place
        assert steps[0] in (1, 3)  # 3 where the byte means nothing, as in a space of the header


@pytest.mark.parametrize(
    "change",
    [
        lambda state: "[]",
        lambda state: "{",
        lambda state: "[" * 100_000,
        lambda state: state.replace("1", "2"),
        lambda state: state.replace('"value"', '"list"'),
        lambda state: '{"num_inference_steps": {"value": "many"}}',
    ],
)
def test_a_changed_state_begins_again(tmp_path: Path, change: Callable[[str], str]) -> None:
    expected, _ = run(Scheduler.DPM_SOLVER)
    interrupted(tmp_path)
    (path,) = tmp_path.rglob("*.safetensors")
    spoil_metadata(path, change)
    latents, steps = run(Scheduler.DPM_SOLVER, RunCheckpoint(tmp_path, save_interval_s=3600))
    assert torch.equal(latents, expected)
    assert steps[0] == 1


def test_a_state_under_another_number_begins_again(tmp_path: Path) -> None:
    interrupted(tmp_path)
    (folder,) = tmp_path.glob("steps-*")
    folder.rename(tmp_path / "steps-7")
    unfinished = RunCheckpoint(tmp_path, save_interval_s=3600)
    assert run(Scheduler.DPM_SOLVER, unfinished)[1][0] == 1
    assert unfinished.is_damaged


def test_damage_is_said_and_only_damage(tmp_path: Path) -> None:
    assert said(RunCheckpoint(tmp_path / "new", save_interval_s=3600)) == []
    interrupted(tmp_path / "run")
    whole = said(RunCheckpoint(tmp_path / "run", save_interval_s=3600))
    assert whole == ["Goes on after step 2 of 8, where it was interrupted."]
    for path in (tmp_path / "run").rglob("*.safetensors"):
        path.write_bytes(b"")
    assert said(RunCheckpoint(tmp_path / "run", save_interval_s=3600)) == [
        "What was saved of this sound is damaged: it begins again."
    ]


def said(checkpoint: RunCheckpoint) -> list[str]:
    """The notices of a run."""
    events: list[Event] = []
    model = GaussianModel()
    denoise(
        model,
        shift(),
        draw_noise(model, 40, seed=1),
        scheduler=model.noise_path.make_scheduler(Scheduler.DPM_SOLVER),
        num_inference_steps=NUM_STEPS,
        guidance_scale=1.0,
        seed=1,
        progress=Progress(events.append),
        checkpoint=checkpoint,
    )
    return [event.sentence for event in events if isinstance(event, Notice)]


def test_a_state_takes_its_name_when_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk fails")

    unfinished = RunCheckpoint(tmp_path, save_interval_s=0)
    clip = ClipInMemory(torch.zeros(1, 2, 8, 4))
    monkeypatch.setattr("core.runtime.atomic_file.os.fsync", fail)
    unfinished.save_latents(clip)
    assert not (tmp_path / "latents").exists()
