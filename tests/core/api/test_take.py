"""One finished sound."""

import numpy as np
import pytest

from core.api.request import GenerationRequest
from core.api.take import Take


@pytest.mark.parametrize("num_samples", [0, 1, 16_000])
def test_a_take_is_as_long_as_its_samples(num_samples: int) -> None:
    take = Take(
        request=GenerationRequest(duration_s=10.0),
        sample_rate=16_000,
        waveform=np.zeros(num_samples, np.float32),
        mel=np.zeros((100, 64), np.float32),
    )
    assert take.duration_s == num_samples / 16_000
