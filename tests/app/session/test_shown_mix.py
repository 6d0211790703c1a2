"""An arrangement on show, while runs come and go, and takes and sources are opened."""

import pytest

from tests.app.session.test_session import wait_idle
from tests.app.session.test_viewer_controller import a_source, short, stored


@pytest.fixture
def viewer(session):
    return session.viewer


class Mix:
    """A sound that is computed, of two seconds."""

    sample_rate, channels, num_samples = 16_000, 2, 32_000

    def read(self, span):
        raise AssertionError("the window's thread computes no sample of it")


def test_an_arrangement_hides_a_take_until_it_is_left(session, viewer, playback):
    opened, mix = stored("rain"), Mix()
    viewer.show(opened)
    playback.position_s = 1.25
    viewer.show_mix(mix)
    shown = session.document.shown
    assert (shown.mix, shown.take, playback.mix) == (mix, None, mix)
    assert session.document.spectrogram.is_empty
    assert not playback.is_playing
    viewer.leave_mix()
    assert (shown.mix, shown.take) == (None, opened.take)
    assert playback.position_s == 1.25


def test_a_run_of_the_queue_stays_behind_an_arrangement(qtbot, session, viewer):
    viewer.show_mix(Mix())
    session.document.queue.add([short("wind")])
    with qtbot.waitSignal(session.finished):
        pass
    wait_idle(qtbot, session)
    assert session.document.shown.mix is not None


def test_a_run_that_a_person_waits_for_comes_before_the_arrangement(qtbot, session, viewer, gated):
    mix = Mix()
    viewer.show_mix(mix)
    session.document.draft.fill({"duration_s": 2.0, "num_inference_steps": 2})
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    session.cancel()
    wait_idle(qtbot, session)
    assert session.document.shown.mix is mix


def test_an_arrangement_comes_back_after_a_source(session, viewer):
    mix = Mix()
    viewer.show_mix(mix)
    viewer.show_source(a_source())
    assert session.document.shown.mix is None
    viewer.leave_source()
    assert session.document.shown.mix is mix
