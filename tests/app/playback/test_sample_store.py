"""Samples in memory and on the disk: both read the same."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback.sample_store import DiskSamples, MemorySamples
from core.api.errors import DiskError
from core.api.region import Span

SAMPLES = np.random.default_rng(3).uniform(-1, 1, 1000).astype(np.float32)


@pytest.mark.parametrize("make", [lambda: MemorySamples(1000), DiskSamples])
@given(cuts=st.lists(st.integers(1, 999), max_size=5), order=st.randoms())
def test_what_is_written_in_any_order_is_read_back(make, cuts, order):
    store = make()
    edges = sorted({0, 1000, *cuts})
    spans = [Span(*pair) for pair in pairwise(edges)]
    order.shuffle(spans)
    for span in spans:
        store.write(span.start, SAMPLES[span.slice])
    for span in (Span(0, 1000), *spans):
        np.testing.assert_array_equal(store.read(span), SAMPLES[span.slice])


def test_a_full_disk_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.setattr("core.runtime.spool.spool_folder", lambda: tmp_path / "gone")
    with pytest.raises(DiskError):
        DiskSamples()
