"""Playing a take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.transport.transport import TransportModel
from tests.app.fake_playback import FakePlayback


@pytest.fixture
def transport(qapp, playback):
    transport = TransportModel(playback)
    transport.begin(10.0, 16000)
    return transport


def test_a_new_clip_makes_room_for_exactly_its_samples(transport, playback):
    assert playback.samples.size == 160_000
    assert not transport.can_play


def test_it_plays_once_the_first_samples_are_there(transport, playback):
    transport.note_available(0.5)
    assert playback.is_playing


def test_a_person_who_paused_is_not_overruled_by_more_samples(transport, playback):
    transport.note_available(0.5)
    transport.pause()
    transport.note_available(1.0)
    assert not playback.is_playing


def test_it_does_not_play_on_arrival_when_switched_off(transport, playback):
    transport.set_plays_on_arrival(False)
    transport.note_available(0.5)
    assert not playback.is_playing
    transport.play()
    assert playback.is_playing


def test_nothing_plays_before_there_is_something(transport, playback):
    transport.toggle()
    assert not playback.is_playing


@given(st.floats(allow_nan=False))
def test_the_play_head_never_leaves_the_clip(position_s):
    transport = TransportModel(FakePlayback())
    transport.begin(10.0, 16000)
    transport.seek(position_s)
    assert 0.0 <= transport.position_s <= 10.0


def test_the_play_head_is_emitted_only_when_it_moves(transport, playback, qtbot):
    transport.note_available(5.0)
    playback.position_s = 1.5
    with qtbot.waitSignal(transport.moved) as heard:
        transport.poll()
    assert heard.args == [1.5]
    with qtbot.assertNotEmitted(transport.moved):
        transport.poll()


def test_polling_ends_with_playing(transport, playback, qtbot):
    transport.note_available(5.0)
    playback.is_playing = False
    with qtbot.waitSignal(transport.changed):
        pass  # the timer finds out by itself
    assert not transport.is_playing


def test_buffering_and_silence_are_emitted(transport, playback, qtbot):
    playback.is_buffering = True
    with qtbot.waitSignal(transport.changed):
        transport.poll()
    playback.silent_reason = "The device is gone."
    with qtbot.waitSignal(transport.changed):
        transport.poll()
    assert transport.silent_reason == "The device is gone."


def test_a_device_that_comes_back_is_noticed(transport, playback, qtbot):
    transport.note_available(5.0)
    playback.silent_reason, playback.is_playing = "The device is gone.", False
    transport.poll()
    playback.silent_reason, playback.is_playing = "", True
    with qtbot.waitSignal(transport.changed):
        pass  # it is looked for, though nothing plays
    assert transport.is_playing


def test_a_loop_goes_round_what_is_chosen_or_else_the_whole_clip(transport, playback):
    transport.set_loops(True)
    assert playback.loop_s == (0.0, 10.0)
    transport.choose_range((2.0, 3.0))
    assert playback.loop_s == (2.0, 3.0)
    transport.choose_range(None)
    assert playback.loop_s == (0.0, 10.0)
    transport.set_loops(False)
    assert playback.loop_s is None


def test_a_loop_goes_on_in_the_next_clip(transport, playback):
    transport.set_loops(True)
    transport.begin(4.0, 16000)
    assert playback.loop_s == (0.0, 4.0)


def test_a_loop_elsewhere_is_begun_at_its_start(transport, playback):
    transport.note_available(10.0)
    transport.pause()
    transport.choose_range((2.0, 3.0))
    transport.set_loops(True)
    transport.seek(8.0)
    transport.play()
    assert playback.position_s == 2.0


def test_what_is_chosen_can_be_played_alone(transport, playback):
    transport.note_available(10.0)
    transport.choose_range((2.0, 3.0))
    transport.play_range()
    assert playback.stretch_s == (2.0, 3.0)
    transport.set_loops(True)
    playback.stretch_s = None
    transport.play_range()
    assert playback.stretch_s is None
    assert playback.position_s == 2.0


def test_the_first_sound_is_emitted_once_a_clip(transport, playback, qtbot):
    transport.note_available(1.0)
    with qtbot.assertNotEmitted(transport.heard):
        transport.poll()
    playback.position_s = 0.1
    with qtbot.waitSignal(transport.heard):
        transport.poll()
    with qtbot.assertNotEmitted(transport.heard):
        transport.poll()


def test_a_held_play_head_stays_whatever_is_played(transport, playback):
    transport.note_available(10.0)
    transport.hold(4.0)
    playback.position_s = 5.0
    transport.poll()
    assert transport.position_s == 4.0
    transport.release()
    assert playback.position_s == transport.position_s == 4.0


def test_a_take_that_was_only_opened_is_no_first_sound(transport, playback, qtbot):
    transport.begin(4.0, 16000, quietly=True)
    transport.note_available(4.0)
    transport.play()
    playback.position_s = 0.5
    with qtbot.assertNotEmitted(transport.heard):
        transport.poll()


def test_the_selected_band_is_heard_alone_while_that_is_wanted(transport, playback):
    transport.choose_band((500.0, 900.0))
    assert playback.band_hz is None
    transport.set_plays_band(True)
    assert playback.band_hz == (500.0, 900.0)
    transport.choose_band(None)
    assert playback.band_hz is None
    transport.choose_band((1.0, 2.0))
    transport.begin(2.0, 16000)
    assert playback.band_hz == (1.0, 2.0)
    transport.set_plays_band(False)
    assert playback.band_hz is None


class Mix:
    """A sound that is computed, of a length that changes."""

    sample_rate, channels, num_samples = 48_000, 2, 96_000

    def read(self, span):
        raise AssertionError("the window's thread computes no sample of it")


def test_a_mix_can_be_heard_at_once_and_waits_to_be_played(transport, playback):
    transport.begin_mix(Mix())
    assert transport.duration_s == 2.0
    assert transport.can_play
    assert not playback.is_playing


def test_a_mix_that_gets_longer_while_it_repeats_repeats_all_of_it(transport, playback):
    mix = Mix()
    transport.set_loops(True)
    transport.begin_mix(mix)
    assert playback.loop_s == (0.0, 2.0)
    mix.num_samples = 144_000
    transport.renew_mix(mix)
    assert transport.duration_s == 3.0
    assert playback.loop_s == (0.0, 3.0)
    assert playback.num_renewals == 1
