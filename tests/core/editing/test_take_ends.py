"""The ends of edited takes: continued, faded where the sound is cut off, joined as a loop."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.api.edit import Edit, EditKind
from core.api.progress import Progress
from core.api.take import Take
from core.engine import Engine
from core.pipeline.edge_fades import Edge
from tests.core.editing.tiny_edits import HOP, RATE, REACH_FRAMES, SCALE, request_for, stretch

EDGE = Edge.at_rate(RATE)


@pytest.mark.parametrize("added_s", [0.001, 0.1, 0.777, 2.0])
def test_continuing_right_keeps_every_old_sample_before_the_fade(
    engine: Engine, take: Take, added_s: float
) -> None:
    edited = engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=added_s, seed=1))

    num_samples = take.waveform.size + round(added_s * RATE)
    assert edited.waveform.size == num_samples
    kept = slice(take.waveform.size - EDGE.length)
    assert np.array_equal(edited.waveform[kept], take.waveform[kept])
    assert np.array_equal(edited.latents[:, : take.latents.shape[1]], take.latents)
    assert edited.mel.shape[0] == edited.latents.shape[1] * SCALE >= num_samples / HOP
    if added_s >= 0.1:
        assert np.abs(edited.waveform[take.waveform.size :]).max() > 0


@pytest.mark.parametrize("added_s", [0.001, 0.1, 0.777, 2.0])
def test_continuing_left_keeps_every_old_sample_after_the_fade(
    engine: Engine, take: Take, added_s: float
) -> None:
    edited = engine.edit(take, Edit(kind=EditKind.CONTINUE_LEFT, added_s=added_s, seed=1))

    added = edited.waveform.size - take.waveform.size
    assert 0 <= added - round(added_s * RATE) < SCALE * HOP
    kept = edited.waveform[added + EDGE.length :]
    assert np.array_equal(kept, take.waveform[EDGE.length :])
    assert np.array_equal(edited.latents[:, -take.latents.shape[1] :], take.latents)
    assert np.array_equal(edited.mel[-take.mel.shape[0] :], take.mel)
    assert np.abs(edited.waveform[:added]).max() > 0


@pytest.mark.parametrize("kind", [EditKind.CONTINUE_RIGHT, EditKind.CONTINUE_LEFT])
def test_a_continued_take_has_no_dip_at_its_old_end(
    engine: Engine, take: Take, kind: EditKind
) -> None:
    longer = engine.edit(take, Edit(kind=kind, added_s=1.0, seed=1))
    vocoder = engine.load(take.request.model, Progress()).vocoder
    unfaded = vocoder.vocode(torch.from_numpy(take.mel))[: take.waveform.size]

    added = longer.waveform.size - take.waveform.size
    is_right = kind is EditKind.CONTINUE_RIGHT
    edge = slice(-EDGE.length, None) if is_right else slice(0, EDGE.length)
    old = slice(take.waveform.size) if is_right else slice(added, None)
    loud = np.abs(unfaded[edge]).mean()
    assert np.abs(take.waveform[edge]).mean() < 0.5 * loud
    assert np.abs(longer.waveform[old][edge]).mean() > 0.8 * loud


def test_an_edit_fades_the_ends_that_it_changed(engine: Engine, take: Take) -> None:
    loud = replace(take, waveform=np.full(take.waveform.size, 0.5, np.float32))  # of older versions
    quiet = EDGE.length // 2
    for start_s, stop_s, is_start_faded, is_stop_faded in (
        (0.0, 0.4, True, False),
        (1.2, 1.8, False, False),
        (2.6, 3.0, False, True),
    ):
        edited = engine.edit(loud, stretch(start_s, stop_s)).waveform
        assert edited[:quiet].any() != is_start_faded
        assert edited[-quiet:].any() != is_stop_faded


def test_a_loop_is_not_faded_until_it_is_made_longer(engine: Engine, take: Take) -> None:
    loop = engine.edit(take, Edit(kind=EditKind.LOOP, prompt="rain", seed=2))
    repaired = engine.edit(loop, stretch(0.0, 0.3))
    longer = engine.edit(repaired, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5, seed=1))

    quiet = EDGE.length // 2
    for made in (loop, repaired):
        assert made.waveform[:quiet].any()
        assert made.waveform[-quiet:].any()
    assert not longer.waveform[:quiet].any()
    assert not longer.waveform[-quiet:].any()


@pytest.mark.parametrize("duration_s", [0.1, 0.35, 3.0, 3.017])
def test_a_loop_keeps_its_middle_and_has_whole_frames(
    engine: Engine, folder: Path, duration_s: float
) -> None:
    take = engine.generate(request_for(folder, duration_s=duration_s))
    loop = engine.edit(take, Edit(kind=EditKind.LOOP, prompt="rain", seed=2))

    assert loop.waveform.size == take.latents.shape[1] * SCALE * HOP
    assert loop.latents.shape == take.latents.shape
    assert np.isfinite(loop.waveform).all()
    reach = (2 * SCALE + REACH_FRAMES) * HOP
    middle = slice(reach, max(reach, take.waveform.size - reach))
    assert np.array_equal(loop.waveform[middle], take.waveform[middle])


def test_the_end_of_a_loop_is_vocoded_with_its_beginning(engine: Engine, take: Take) -> None:
    loop = engine.edit(take, Edit(kind=EditKind.LOOP, prompt="rain", seed=2))
    vocoder = engine.load(loop.request.model, Progress()).vocoder
    around = np.concatenate([loop.mel[-80:], loop.mel[:80]])

    samples = vocoder.vocode(torch.from_numpy(around))[: len(around) * HOP]
    ends = np.concatenate([loop.waveform[-20 * HOP :], loop.waveform[: 20 * HOP]])
    np.testing.assert_allclose(ends, samples[60 * HOP : 100 * HOP], atol=1e-5)
