"""Which picture is drawn, and when there is only the model's."""

import pytest

from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.picture.measured_spectrogram import MeasuredSpectrogram
from app.view_models.picture.picture_model import Frequencies, PictureModel
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection, SelectionModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.request import GenerationRequest
from core.frequency_scale import LinearFrequencies, LogFrequencies, MelFrequencies
from tests.app.library.takes import make_take


@pytest.fixture
def spectrogram(qapp):
    return SpectrogramModel()


@pytest.fixture
def shown(qapp):
    return ShownTakeModel()


@pytest.fixture
def colour_scale(spectrogram):
    return ColourScaleModel(spectrogram)


@pytest.fixture
def measured(qapp):
    return MeasuredSpectrogram()


@pytest.fixture
def picture(shown, spectrogram, measured, colour_scale):
    return PictureModel(shown, spectrogram, measured, colour_scale)


@pytest.fixture
def opened():
    return open_take("id", make_take())


@pytest.fixture
def measured_picture(picture, shown, spectrogram, opened):
    show(shown, spectrogram, opened)
    picture.choose_frequencies(Frequencies.LINEAR)
    return picture


def show(shown, spectrogram, opened):
    shown.show_take(opened)
    spectrogram.show(opened.levels)


def test_a_take_is_drawn_over_the_chosen_axis(picture, shown, spectrogram, measured, opened):
    show(shown, spectrogram, opened)
    assert isinstance(spectrogram.scale, MelFrequencies)
    picture.choose_frequencies(Frequencies.LINEAR)
    assert spectrogram.scale == LinearFrequencies(opened.take.sample_rate / 2)
    assert measured.sound.samples is opened.take.waveform
    picture.choose_frequencies(Frequencies.LOGARITHMIC)
    assert spectrogram.scale == LogFrequencies(opened.take.sample_rate / 2)
    picture.choose_fft_size(512)
    assert measured.sound.n_fft == 512
    picture.choose_frequencies(Frequencies.MEL)
    assert measured.sound is None


def test_a_run_has_only_the_models_picture(qtbot, picture, shown, spectrogram, opened):
    picture.choose_frequencies(Frequencies.LINEAR)
    show(shown, spectrogram, opened)
    with qtbot.waitSignal(picture.changed):
        shown.show_run("run", GenerationRequest(prompt="rain"))
    assert picture.is_live
    assert isinstance(spectrogram.scale, MelFrequencies)
    show(shown, spectrogram, opened)
    assert not picture.is_live
    assert isinstance(spectrogram.scale, LinearFrequencies)


def test_so_does_a_take_while_an_edit_is_drawn_over_it(picture, shown, spectrogram, opened):
    picture.choose_frequencies(Frequencies.LINEAR)
    show(shown, spectrogram, opened)
    spectrogram.continue_on(opened.levels.longer(400), is_edit=True)
    assert picture.is_live
    assert isinstance(spectrogram.scale, MelFrequencies)
    spectrogram.continue_on(opened.levels, is_edit=False)
    assert isinstance(spectrogram.scale, LinearFrequencies)


def test_a_band_is_the_same_over_every_axis(picture, shown, spectrogram, opened):
    selection = SelectionModel(spectrogram)
    show(shown, spectrogram, opened)
    picture.choose_frequencies(Frequencies.LINEAR)
    selection.select(Selection(0.1, 0.5, (1234.5, 4321.0)))
    for frequencies in (Frequencies.LOGARITHMIC, Frequencies.MEL):
        picture.choose_frequencies(frequencies)
        assert selection.band_hz == (1234.5, 4321.0)
        for hz in selection.band_hz:
            place = spectrogram.scale.place_of(hz)
            assert picture.reading(0.2, place).hz == pytest.approx(hz)


def test_measured_levels_have_their_own_range(measured_picture, colour_scale):
    colour_scale.set_range(-90, -20)
    measured_picture.choose_frequencies(Frequencies.MEL)
    assert (colour_scale.low_db, colour_scale.high_db) == (-55, 8)
    measured_picture.choose_frequencies(Frequencies.LINEAR)
    assert (colour_scale.low_db, colour_scale.high_db) == (-90, -20)


def test_they_fit_the_sound_once_its_range_is_known(measured_picture, colour_scale, measured):
    colour_scale.set_automatic(True)
    measured.answer_range(measured.sound, (-72.0, -12.0))
    assert (colour_scale.low_db, colour_scale.high_db) == (-72, -12)


def test_choices_are_stored_as_a_line(picture, shown, spectrogram, measured, colour_scale):
    picture.choose_frequencies(Frequencies.LOGARITHMIC)
    picture.choose_fft_size(8192)
    other = PictureModel(shown, spectrogram, measured, colour_scale)
    other.restore(picture.to_text())
    assert (other.frequencies, other.fft_size) == (Frequencies.LOGARITHMIC, 8192)


@pytest.mark.parametrize("text", ["", "bark 2048", "linear", "linear much"])
def test_a_damaged_line_changes_nothing(picture, text):
    picture.restore(text)
    assert picture.to_text() == "mel 2048"
