"""Whether there is room for a request."""

from collections import namedtuple
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.api.take import Take
from core.clock import Clock
from core.mel import MelParams
from core.pipeline import resources
from core.pipeline.resources import BytesPerSecond, check_edit_space, check_space, spooled_bytes

Usage = namedtuple("Usage", "total used free")
HOUR = GenerationRequest(duration_s=3600.0)


def model_of(clock: Clock, channels: int, bins: int) -> Any:
    """What space is reckoned by."""
    return SimpleNamespace(clock=clock, mel=MelParams(), latent_channels=channels, latent_bins=bins)


MONO = model_of(Clock(16_000, 1, 1280), 16, 8)
STEREO = model_of(Clock(44_100, 2, 2048), 64, 1)


def set_free(monkeypatch: pytest.MonkeyPatch, disk: int, memory: int) -> None:
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda folder: Usage(0, 0, disk))
    monkeypatch.setattr(resources, "available_host_bytes", lambda: memory)


def has_room(request: GenerationRequest, model: Any = MONO) -> bool:
    try:
        check_space(model, request)
    except InvalidRequestError:
        return False
    return True


@pytest.mark.parametrize("model", [MONO, STEREO])
def test_a_take_needs_what_its_arrays_and_a_checkpoint_hold(model: Any) -> None:
    clock = model.clock
    latents = model.latent_channels * clock.num_frames(3600.0) * model.latent_bins
    numbers = clock.num_samples(3600.0) * clock.channels + 3600 * 100 * 64 + 5 * latents
    assert spooled_bytes(model, HOUR) == pytest.approx(4 * numbers, rel=1e-3)


def test_stereo_of_44_1_khz_needs_about_400_kb_a_second() -> None:
    assert BytesPerSecond.of(STEREO).spooled == pytest.approx(400_000, rel=0.05)


@pytest.mark.parametrize("model", [MONO, STEREO])
@pytest.mark.parametrize(("missing_bytes", "passes"), [(0, True), (1, False)])
def test_a_request_passes_if_it_fits_to_the_last_byte(
    monkeypatch: pytest.MonkeyPatch, missing_bytes: int, passes: bool, model: Any
) -> None:
    set_free(monkeypatch, disk=spooled_bytes(model, HOUR) - missing_bytes, memory=10**9)
    assert has_room(HOUR, model) == passes


def test_a_disk_too_small_is_refused_with_the_length_that_fits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "spool_folder", lambda: tmp_path)
    set_free(monkeypatch, disk=1000 * BytesPerSecond.of(STEREO).spooled, memory=10**12)
    with pytest.raises(InvalidRequestError, match="ask for less than 1,000 s") as caught:
        check_space(STEREO, HOUR)
    assert caught.value.field == "duration_s"
    assert str(tmp_path) in str(caught.value)


def test_no_length_is_advised_where_none_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    set_free(monkeypatch, disk=8000, memory=10**12)
    with pytest.raises(InvalidRequestError, match=r"are free in .*; free some space"):
        check_space(MONO, HOUR)


def test_a_memory_too_small_for_a_source_sound_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_free(monkeypatch, disk=10**12, memory=1000 * BytesPerSecond.of(MONO).source)
    assert has_room(HOUR)
    with pytest.raises(InvalidRequestError, match=r"B of memory .* less than 1,000 s"):
        check_space(MONO, replace(HOUR, init_audio="rain.wav"))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("added_s", [1e6, 1e300])
def test_a_continuation_beyond_memory_is_refused_with_the_length_that_fits(
    monkeypatch: pytest.MonkeyPatch, added_s: float, channels: int
) -> None:
    waveform = np.zeros((160_000, channels), np.float32)
    take = Take(
        request=HOUR, sample_rate=16_000, waveform=waveform, mel=np.zeros((1000, 64), np.float32)
    )
    set_free(monkeypatch, disk=0, memory=3 * 100 * (waveform.nbytes + take.mel.nbytes))
    check_edit_space(take, Edit(kind=EditKind.CONTINUE_LEFT, added_s=5.0))
    with pytest.raises(
        InvalidRequestError, match="ask for less than 1,000 s, or free some mem"
    ) as e:
        check_edit_space(take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=added_s))
    assert e.value.field == "added_s"
