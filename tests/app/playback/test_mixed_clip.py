"""A clip that is computed while it is played: read in any order, and heard as it is now."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback.mixed_clip import MixedClip
from app.playback.player import Player
from core.api.region import Span
from tests.app.playback.fake_output import FakeOutput, pull_until

RATE, LENGTH = 16000, 20_000


class Ramp:
    """A sound whose samples are their places; `level` can be changed while it is heard."""

    sample_rate, channels = RATE, 2

    def __init__(self, num_samples: int = LENGTH, level: float | None = None) -> None:
        self.num_samples, self.level = num_samples, level
        self.spans: list[Span] = []

    def read(self, span: Span) -> np.ndarray:
        self.spans.append(span)
        ramp = np.arange(span.start, span.stop, dtype=np.float32)
        samples = ramp if self.level is None else np.full(span.length, self.level, np.float32)
        return np.stack([samples, samples], axis=1)


spans = st.tuples(st.integers(0, LENGTH + 3000), st.integers(0, 6000))


@given(wanted=st.lists(spans, min_size=1, max_size=8))
def test_reads_in_any_order_give_the_samples_of_their_places(wanted: list) -> None:
    clip = MixedClip(Ramp())
    for start, length in wanted:
        got = clip.read(Span(start, start + length))
        expected = np.arange(start, min(start + length, LENGTH))
        np.testing.assert_array_equal(got, np.stack([expected, expected], axis=1))


def test_nothing_is_computed_twice_while_meter_and_feed_read_it() -> None:
    sound = Ramp()
    clip = MixedClip(sound)
    for start in range(0, 16_000, 500):
        clip.read(Span(start + 1000, start + 1500))  # ahead of the ear
        clip.read(Span(start, start + 500))
    assert len(sound.spans) == len(set(sound.spans))


def test_what_was_read_before_a_change_is_not_used_any_more() -> None:
    sound = Ramp(level=0.25)
    clip = MixedClip(sound)
    assert clip.read(Span(0, 100)).max() == 0.25
    sound.level, sound.num_samples = 0.75, 2 * LENGTH
    clip.renew()
    assert clip.read(Span(0, 100)).min() == 0.75
    assert len(clip.read(Span(0, 2 * LENGTH))) == 2 * LENGTH
    assert clip.peaks.peak(Span(0, 2 * LENGTH)) == 0.75


def test_a_change_is_heard_at_once_and_nothing_is_left_out(
    player: Player, output: FakeOutput
) -> None:
    sound = Ramp(num_samples=RATE, level=0.25)
    player.begin_mix(sound)
    player.play()
    pull_until(output, lambda: player.position_s > 0.2)
    sound.level = 0.75
    player.renew_mix()
    changed_s = player.position_s
    heard = pull_until(output, lambda: not player.is_playing)
    assert (heard > 0.7).sum() / RATE == pytest.approx(1 - changed_s, abs=0.2)
    assert player.position_s == pytest.approx(1.0)


def test_a_mix_takes_no_samples_of_a_run(player: Player) -> None:
    player.begin_mix(Ramp(num_samples=100))
    player.append(0, np.ones(100, np.float32))
    player.finish()
    assert player.duration_s == 100 / RATE
