"""The player over a device without a clock: what is heard, and the state that the window reads."""

import numpy as np
import pytest

from app.playback.player import Player
from app.portaudio import lost_device
from tests.app.playback.fake_output import FakeOutput, pull_until, wait_until

RATE = 16000
CLIP = (0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.float32)
PIECE = 1024


def begin(player: Player, clip: np.ndarray = CLIP, announced: int = RATE) -> None:
    player.begin(RATE, announced)
    player.append(0, clip)


def test_the_whole_clip_is_heard_once_and_then_it_stops(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.play()
    assert player.is_playing
    heard = pull_until(output, lambda: not player.is_playing)
    assert len(heard) == pytest.approx(RATE, abs=20)
    np.testing.assert_allclose(heard[PIECE : RATE - 50], CLIP[1 + PIECE : RATE - 49], atol=1e-3)
    assert player.position_s == pytest.approx(1.0, abs=1e-9)


def test_a_clip_that_still_grows_is_waited_for(player: Player, output: FakeOutput) -> None:
    begin(player, CLIP[:8000])
    player.play()
    pull_until(output, lambda: player.is_buffering)
    assert player.is_playing
    assert player.position_s == pytest.approx(0.5, abs=0.01)
    player.append(8000, CLIP[8000:])
    pull_until(output, lambda: not player.is_playing)
    assert not player.is_buffering
    assert player.position_s == pytest.approx(1.0)


def test_a_clip_cut_short_ends_where_it_was_cut(player: Player, output: FakeOutput) -> None:
    begin(player, CLIP[:8000])
    player.play()
    player.finish()
    pull_until(output, lambda: not player.is_playing)
    assert player.position_s == pytest.approx(0.5)


def test_playback_resumes_where_it_was_paused(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.play()
    pull_until(output, lambda: player.position_s > 0.3)
    player.pause()
    assert not player.is_playing
    output.pull(2 * PIECE)
    place = player.position_s
    assert not output.pull(4 * PIECE).any()
    assert player.position_s == pytest.approx(place, abs=0.04)
    player.play()
    rest = pull_until(output, lambda: not player.is_playing)
    assert len(rest) == pytest.approx((1 - place) * RATE, abs=0.04 * RATE)


def test_seeking_while_playing_changes_what_is_heard(player: Player, output: FakeOutput) -> None:
    begin(player, np.where(np.arange(RATE) < 12000, 0.25, 0.75).astype(np.float32))
    player.play()
    pull_until(output, lambda: player.position_s > 0.1)
    player.seek(0.8)
    assert player.position_s == pytest.approx(0.8)
    heard = pull_until(output, lambda: not player.is_playing)
    assert (heard > 0.7).sum() == pytest.approx(0.2 * RATE, abs=PIECE)


def test_seeking_without_playing_only_moves_the_play_head(
    player: Player, output: FakeOutput
) -> None:
    begin(player)
    player.seek(0.6)
    assert player.position_s == pytest.approx(0.6)
    assert not player.is_playing


def test_a_loop_is_played_until_it_is_cleared(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.set_loop(0.2, 0.4)
    player.seek(0.2)
    player.play()
    heard = []
    wait_until(lambda: heard.append(output.pull(512)) or sum(map(np.any, heard)) * 512 > 2 * RATE)
    assert player.is_playing
    assert 0.2 <= player.position_s <= 0.4
    player.clear_loop()
    pull_until(output, lambda: not player.is_playing)
    assert player.position_s == pytest.approx(1.0)


@pytest.mark.parametrize("loop", [(0.5, 0.4), (0.5, 0.51), (0.99, 3.0), (-1.0, 0.5)])
def test_a_stretch_that_is_no_loop_is_played_through(
    player: Player, output: FakeOutput, loop: tuple[float, float]
) -> None:
    begin(player)
    player.set_loop(*loop)
    player.play()
    pull_until(output, lambda: not player.is_playing)
    assert player.position_s == pytest.approx(1.0)


def test_the_position_is_what_is_heard_not_what_was_taken(
    player: Player, output: FakeOutput
) -> None:
    output.latency_s = 1.0
    begin(player)
    player.play()
    wait_until(lambda: bool(output.pull(3200).any()))
    assert player.position_s < 0.1
    wait_until(lambda: player.position_s == pytest.approx(0.2))  # what was taken, and no more


def test_the_volume_reaches_the_device(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.set_volume(0.5)
    player.play()
    heard = pull_until(output, lambda: not player.is_playing)
    assert np.abs(heard[2000:-2000]).max() == pytest.approx(0.25, abs=1e-3)


def test_without_a_device_it_says_why_and_takes_samples(player: Player, output: FakeOutput) -> None:
    output.failure = "No sound device was found."
    begin(player)
    wait_until(lambda: player.silent_reason != "")
    player.play()
    wait_until(lambda: not player.is_playing)
    assert player.silent_reason == "No sound device was found."
    player.append(0, CLIP)
    player.seek(0.5)
    assert player.position_s == pytest.approx(0.5)


def test_a_device_that_appears_is_found_by_the_rescan(player: Player, output: FakeOutput) -> None:
    output.failure = "No sound device was found."
    begin(player)
    wait_until(lambda: player.silent_reason != "")
    output.failure = ""
    player.rescan_devices()
    wait_until(lambda: player.silent_reason == "" and output.is_open)
    assert player.device_names == ("speaker", "headphones")


def test_a_lost_device_is_reported_and_the_play_head_stays(
    player: Player, output: FakeOutput
) -> None:
    begin(player)
    player.play()
    pull_until(output, lambda: player.position_s > 0.3)
    output.failure = "The sound device does not start."
    output.is_running = False
    wait_until(lambda: not player.is_playing)
    assert "Playback goes on when a device answers" in player.silent_reason
    assert player.position_s > 0.3
    output.failure = ""
    place = player.position_s
    wait_until(lambda: output.is_running)  # it searches again by itself
    assert (player.is_playing, player.silent_reason) == (True, "")
    assert player.position_s == pytest.approx(place, abs=0.05)


def test_a_device_that_asks_for_nothing_counts_as_lost(
    player: Player, output: FakeOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_device, "_MOST_SILENT_STEPS", 10)
    begin(player)
    player.play()
    wait_until(lambda: player.silent_reason != "" and not player.is_playing)  # nobody pulls
    assert "Playback goes on when a device answers" in player.silent_reason
    assert player.position_s == 0


def test_a_pause_keeps_playback_from_going_on_by_itself(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.play()
    pull_until(output, lambda: player.position_s > 0.3)
    output.is_running = False
    wait_until(lambda: player.silent_reason != "")
    player.pause()
    wait_until(lambda: player.silent_reason == "")
    assert not player.is_playing


def test_a_paused_device_is_released_and_opened_again(player: Player, output: FakeOutput) -> None:
    """A stream that was stopped may belong to a sound server that is gone."""
    begin(player)
    player.play()
    pull_until(output, lambda: player.position_s > 0.3)
    player.pause()
    wait_until(lambda: not output.is_open)
    player.play()
    pull_until(output, lambda: not player.is_playing)
    assert player.position_s == pytest.approx(1.0)
    assert output.opened == [None, None]


def test_another_device_takes_over(player: Player, output: FakeOutput) -> None:
    begin(player)
    wait_until(lambda: output.is_open)
    player.choose_device("headphones")
    wait_until(lambda: output.opened == [None, "headphones"])
    assert output.rescans == 1


def test_another_clip_stops_the_one_before(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.play()
    pull_until(output, lambda: player.position_s > 0.3)
    begin(player, 0.1 * CLIP)
    assert (player.is_playing, player.position_s) == (False, 0.0)
    player.play()
    heard = pull_until(output, lambda: not player.is_playing)
    assert np.abs(heard[2 * PIECE :]).max() < 0.06


def test_playing_at_the_end_starts_at_the_beginning(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.seek(1.0)
    player.play()
    heard = pull_until(output, lambda: not player.is_playing)
    assert len(heard) == pytest.approx(RATE, abs=20)


def test_playing_nothing_stops_at_once(player: Player, output: FakeOutput) -> None:
    begin(player, CLIP[:0])
    player.finish()
    player.play()
    assert pull_until(output, lambda: not player.is_playing).size == 0


def test_a_closed_player_stays_closed(output: FakeOutput) -> None:
    player = Player(output)
    begin(player)
    player.play()
    player.close()
    player.close()
    player.play()
    begin(player)
    assert not player.is_playing
    assert not output.is_open
    assert output.has_ended


def test_a_stretch_is_heard_alone_and_the_head_goes_back(
    player: Player, output: FakeOutput
) -> None:
    begin(player)
    player.play_stretch(0.25, 0.5)
    heard = pull_until(output, lambda: not player.is_playing)
    assert len(heard) == pytest.approx(RATE // 4, abs=20)
    assert player.position_s == pytest.approx(0.25, abs=1e-3)


def test_after_a_stretch_playing_goes_on_to_the_end(player: Player, output: FakeOutput) -> None:
    begin(player)
    player.play_stretch(0.25, 0.5)
    pull_until(output, lambda: not player.is_playing)
    player.play()
    pull_until(output, lambda: not player.is_playing)
    assert player.position_s == pytest.approx(1.0)


def test_devices_are_found_before_the_first_clip(player: Player, output: FakeOutput) -> None:
    player.rescan_devices()
    wait_until(lambda: not player.is_scanning)
    assert player.device_names == ("speaker", "headphones")


def test_a_search_without_an_answer_ends_too(player: Player, output: FakeOutput) -> None:
    output.failure = "No sound device was found."
    player.rescan_devices()
    wait_until(lambda: not player.is_scanning)
    assert player.silent_reason == "No sound device was found."


def test_a_slow_machine_makes_long_pauses_and_no_stutter(
    player: Player, output: FakeOutput
) -> None:
    """Sound that is made at half the speed it is played, a second at a time."""
    player.begin(RATE, RATE, grows=True)
    heard: list[np.ndarray] = []
    made = 0

    def make_at_half_speed() -> None:
        nonlocal made
        if made * RATE * 2 <= len(heard) * PIECE:
            player.append(made * RATE, np.full(RATE, 0.5, np.float32))
            made += 1

    def play_a_block() -> bool:
        make_at_half_speed()
        feed = player._place.feed
        is_dry = feed._ran_dry or feed.end_sample == player._buffer.available
        is_seen = feed._ran_dry or not player.is_buffering
        if (is_dry and is_seen) or feed.ring.available >= PIECE:  # as fast as it is fed
            heard.append(output.pull(PIECE))
        return made == 40

    make_at_half_speed()
    player.play()
    wait_until(lambda: output.is_running and player._place.feed is not None)
    wait_until(play_a_block, timeout_s=60.0)
    sounds = np.concatenate(heard) > 0.1
    edges = np.flatnonzero(np.diff(np.concatenate([[False], sounds, [False]]).astype(int)))
    lengths_s = np.diff(edges)[::2] / RATE  # of the stretches that are heard without a pause
    assert len(lengths_s) >= 2
    assert lengths_s[1:-1].min(initial=np.inf) > 7.5


def test_the_levels_are_those_of_what_was_heard(player: Player, output: FakeOutput) -> None:
    player.set_volume(0.5)
    begin(player)
    player.play()
    pull_until(output, lambda: not player.is_playing)
    heard = player.take_heard()
    assert max(level.peak for level in heard) == pytest.approx(0.25, abs=1e-3)
    assert np.median([level.mean_square for level in heard]) == pytest.approx(0.25**2 / 2, rel=0.1)
