"""Small pictures of takes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.library.thumbnail import read_thumbnail, thumbnail_codes, write_thumbnail
from app.view_models.viewer.level_pyramid import encode_log_mel


@given(num_frames=st.integers(1, 3000), place=st.floats(0, 1))
def test_a_click_is_visible_in_a_take_of_any_length(num_frames, place):
    log_mel = np.full((num_frames, 64), -9.0, np.float32)
    log_mel[min(int(place * num_frames), num_frames - 1), 10] = 1.0
    codes = thumbnail_codes(log_mel)
    assert codes.shape == (64, min(num_frames, 256))
    assert codes.max() == encode_log_mel(np.float32([[1.0]]))[0, 0]
    assert (codes == codes.max()).sum() == 1
    assert codes[63 - 10].max() == codes.max()


def test_what_is_written_is_read_back(tmp_path):
    log_mel = np.random.default_rng(0).normal(-5, 2, (300, 64)).astype(np.float32)
    write_thumbnail(tmp_path / "picture.png", log_mel)
    image = read_thumbnail(tmp_path / "picture.png")
    codes = thumbnail_codes(log_mel)
    assert (image.width(), image.height()) == (256, 64)
    assert [image.pixelColor(x, 5).red() for x in range(256)] == codes[5].tolist()


def test_a_damaged_picture_is_none(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"no picture")
    assert read_thumbnail(tmp_path / "picture.png").isNull()
