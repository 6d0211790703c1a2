"""The spectrogram as a picture."""

import errno

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from app.studio.exports import spectrogram_image
from app.studio.exports.spectrogram_image import (
    HEIGHT_PX,
    MIN_WIDTH_PX,
    draw_picture,
    write_picture,
)
from app.view_models.viewer.level_pyramid import encode_log_mel
from app.views.spectrogram.colour_map import colour_table
from core.api.errors import Cancelled, PictureFileError
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take


def take(num_frames: int) -> Take:
    """A loud lowest bin; the rest is silent."""
    mel = np.full((num_frames, 64), -11.0, np.float32)
    mel[:, 0] = 0.0
    return Take(
        request=GenerationRequest(prompt="drone"),
        sample_rate=16_000,
        waveform=np.zeros(160 * num_frames, np.float32),
        mel=mel,
    )


@pytest.mark.parametrize("num_frames", [1, 100, 5000])
def test_it_is_as_wide_as_the_sound_is_long_within_limits(num_frames):
    image = draw_picture(take(num_frames), colour_table())
    assert (image.width(), image.height()) == (max(MIN_WIDTH_PX, num_frames), HEIGHT_PX)


def test_the_widest_picture_has_a_limit_and_still_shows_a_click(monkeypatch):
    monkeypatch.setattr(spectrogram_image, "MAX_WIDTH_PX", 2000)
    sound = take(20_000)
    sound.mel[9000] = 0.0
    image = draw_picture(sound, colour_table())
    assert image.width() <= 2000
    row = [image.pixelColor(x, 100).lightness() for x in range(image.width())]
    place = int(np.argmax(row))
    assert abs(place / image.width() - 9000 / 20_000) < 0.01
    assert row[place] > 60 + min(row)


def test_low_sounds_lie_below_in_the_colours_of_the_view():
    colours = colour_table()
    image = draw_picture(take(1000), colours)
    loud, silent = (
        QColor.fromRgb(int(colours[int(encode_log_mel(np.float32(level)))]))
        for level in (0.0, -11.0)
    )
    assert image.pixelColor(500, HEIGHT_PX - 2) == loud
    assert image.pixelColor(500, 2) == silent


def test_it_is_written_whole_with_its_title(tmp_path):
    path = write_picture(tmp_path / "a.png", take(1000), colour_table())
    assert QImage(str(path)).text("Title") == "drone"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_a_path_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(PictureFileError, match="does not exist"):
        write_picture(tmp_path / "missing" / "a.png", take(10), colour_table())
    (tmp_path / "a.png").mkdir()
    with pytest.raises(PictureFileError, match="this is a folder"):
        write_picture(tmp_path / "a.png", take(10), colour_table())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_where_the_disk_fails_at_the_end_the_older_picture_stays(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, "the disk fails")

    (tmp_path / "a.png").write_text("older")
    monkeypatch.setattr("core.runtime.atomic_file.os.fsync", fail)
    with pytest.raises(PictureFileError, match="could not be written"):
        write_picture(tmp_path / "a.png", take(10), colour_table())
    assert (tmp_path / "a.png").read_text() == "older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_a_cancelled_picture_is_not_written(tmp_path):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write_picture(tmp_path / "a.png", take(10), colour_table(), progress)
    assert list(tmp_path.iterdir()) == []
