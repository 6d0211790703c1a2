"""What is drawn of a waveform: peaks of columns, or the samples themselves."""

from pathlib import Path

import numpy as np
import pytest

from app.view_models.picture.waveform_model import WaveformModel, WaveformPlace
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.shown_take import ShownTakeModel
from core.api.request import GenerationRequest
from core.api.take import Take

RATE = 48_000
SAMPLES = np.random.default_rng(0).uniform(-1, 1, (4 * RATE, 2)).astype(np.float32)


@pytest.fixture
def shown(qapp):
    return ShownTakeModel()


@pytest.fixture
def transport(qapp, playback):
    return TransportModel(playback)


@pytest.fixture
def waveform(transport, shown):
    return WaveformModel(transport, shown)


def begin(transport, playback, samples):
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    transport.begin(len(samples) / RATE, RATE, quietly=True, channels=channels)
    playback.append(0, samples)
    transport.note_available(len(samples) / RATE)


def show(shown, samples):
    request = GenerationRequest(recording=str(Path("voice.wav")), duration_s=4.0)
    mel = np.zeros((400, 64), np.float32)
    take = Take(request=request, sample_rate=RATE, waveform=samples, mel=mel)
    shown.show_take(open_take("id", take))


@pytest.mark.parametrize("stretch_s", [(0.0, 4.0), (1.0, 1.5), (1.0, 1.02)])
def test_every_lane_has_the_extremes_of_its_channel(
    waveform, transport, shown, playback, stretch_s
):
    begin(transport, playback, SAMPLES)
    show(shown, SAMPLES)
    lanes = waveform.lanes(*stretch_s, 100)
    edges = np.linspace(*stretch_s, 101) * RATE
    assert len(lanes) == 2
    for lane, samples in zip(lanes, SAMPLES.T, strict=True):
        slack = 256 if edges[1] - edges[0] >= 256 else 1  # of a bin of the peaks, or of a sample
        for column in (0, 50, 99):
            inner = samples[round(edges[column]) + 1 : round(edges[column + 1])]
            start = max(0, round(edges[column]) - slack)
            outer = samples[start : round(edges[column + 1]) + slack + 1]
            assert inner.max() <= lane.peaks.high[column] <= outer.max()
            assert inner.min() >= lane.peaks.low[column] >= outer.min()


def test_few_samples_are_drawn_one_by_one(waveform, transport, shown, playback):
    begin(transport, playback, SAMPLES)
    show(shown, SAMPLES)
    left, right = waveform.lanes(1.0, 1.001, 800)
    assert left.peaks is None
    first = left.first_sample
    assert first <= RATE
    assert first + len(left.samples) >= RATE * 1.001
    np.testing.assert_array_equal(right.samples, SAMPLES[first:, 1][: len(right.samples)])


def test_a_run_is_drawn_by_its_peaks_at_any_zoom(waveform, transport, playback):
    begin(transport, playback, SAMPLES[:, 0])
    (lane,) = waveform.lanes(1.0, 1.001, 800)
    assert lane.peaks is not None
    assert (lane.peaks.high >= lane.peaks.low).all()


def test_several_channels_are_drawn_as_the_average_that_is_heard(
    waveform, transport, shown, playback
):
    six = np.repeat(SAMPLES[:, :1], 6, axis=1) * np.linspace(0, 1, 6, dtype=np.float32)
    begin(transport, playback, six.mean(axis=1))
    show(shown, six)
    (lane,) = waveform.lanes(1.0, 1.001, 800)
    expected = six[lane.first_sample :][: len(lane.samples)].mean(axis=1)
    np.testing.assert_allclose(lane.samples, expected, rtol=1e-5)


def test_beyond_the_sound_there_is_nothing(waveform, transport, shown, playback):
    begin(transport, playback, SAMPLES[:RATE])
    show(shown, SAMPLES[:RATE])
    lane = waveform.lanes(0.9, 1.1, 1000)[0]
    assert (lane.peaks.low > lane.peaks.high)[510:].all()
    assert waveform.peak(0.0, 2.0) == pytest.approx(np.abs(SAMPLES[:RATE]).max())


def test_new_samples_are_announced(qtbot, waveform, transport, shown, playback):
    with qtbot.waitSignal(waveform.written):
        begin(transport, playback, SAMPLES)
    assert waveform.num_lanes == 2
    with qtbot.assertNotEmitted(waveform.written):
        transport.set_volume(0.5)


def test_a_place_is_restored_by_its_name(qtbot, waveform):
    with qtbot.waitSignal(waveform.changed):
        waveform.restore("below")
    waveform.restore("beside")
    assert waveform.place is WaveformPlace.BELOW
