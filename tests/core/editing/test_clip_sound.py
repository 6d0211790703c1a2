"""The samples of a clip equal those of padded and rotated arrays, in memory and on the disk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Span
from core.editing import clip_sound
from core.editing.clip_sound import ClipSound
from core.editing.sound_form import SoundForm

FORM = SoundForm(16000, 16000, 160)
counts = st.integers(0, 20)


@st.composite
def clips(draw: st.DrawFn) -> tuple[ClipSound, Span]:
    """A clip, and a span of it."""
    samples = noise(draw(st.sampled_from([(30,), (30, 2)])))
    sound = ClipSound(samples, FORM, draw(counts), draw(counts), draw(st.integers(0, 60)))
    start = draw(st.integers(0, sound.num_samples))
    return sound, Span(start, draw(st.integers(start, sound.num_samples)))


def rotated(sound: ClipSound) -> np.ndarray:
    rows = [(sound.before, sound.after)] + [(0, 0)] * (sound.samples.ndim - 1)
    return np.roll(np.pad(sound.samples, rows), sound.rotation, axis=0)


def noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


@given(clips())
def test_a_span_is_that_of_the_rotated_clip(clip: tuple[ClipSound, Span]) -> None:
    sound, span = clip
    assert np.array_equal(sound.read(span), rotated(sound)[span.slice])


@pytest.mark.parametrize("in_memory_bytes", [0, 1 << 20])
@given(clip=clips())
def test_new_samples_take_the_place_of_their_span(
    in_memory_bytes: int, clip: tuple[ClipSound, Span]
) -> None:
    sound, span = clip
    expected = rotated(sound)
    expected[span.slice] = 7
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clip_sound, "IN_MEMORY_BYTES", in_memory_bytes)
        made = sound.with_new(span, np.full_like(expected[span.slice], 7))
    assert np.array_equal(made, np.roll(expected, -sound.rotation, axis=0))
    assert not np.shares_memory(made, sound.samples)
