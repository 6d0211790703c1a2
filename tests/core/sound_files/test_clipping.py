"""What would be cut off is what the writer then cuts off."""

import math

import numpy as np
import pytest

from core.sound_files.audio_format import AudioFormat
from core.sound_files.clipping import Clipping, find_clipping
from core.sound_files.encoding.audio_writer import AudioWriter


def test_it_equals_what_a_writer_cuts_off(tmp_path):
    samples = (0.5 * np.random.default_rng(0).standard_normal(3_000_000)).astype(np.float32)
    with AudioWriter(tmp_path / "loud.wav", audio_format=AudioFormat.WAV_24) as writer:
        writer.write(samples)
    assert find_clipping(samples) == writer.clipping


@pytest.mark.parametrize(("peak", "peak_db"), [(0.0, -math.inf), (1.0, 0.0), (-2.0, 6.02)])
def test_a_peak_is_in_db_of_full_scale(peak, peak_db):
    found = find_clipping(np.array([0, peak], np.float32))
    assert found.num_samples == (abs(peak) > 1)
    assert found.peak_db == pytest.approx(peak_db, abs=0.01)


def test_no_samples_exceed_nothing():
    assert find_clipping(np.zeros(0, np.float32)) == Clipping()
