"""Sizes in sentences."""

import pytest

from core.api.byte_count import size_text


@pytest.mark.parametrize(
    ("num_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (76_800_000, "77 MB"),
        (1_234_000_000, "1.2 GB"),
        (5e15, "5,000.0 TB"),
        (5e300, "5e+288 TB"),
    ],
)
def test_sizes_are_short_texts(num_bytes: float, text: str) -> None:
    assert size_text(num_bytes) == text
