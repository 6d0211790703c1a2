"""Takes to keep: small, different from each other, and known by their prompt."""

from dataclasses import replace
from typing import Any

import numpy as np

from app.library.library import Library
from core.api.request import GenerationRequest
from core.api.take import Take


def make_take(prompt: str = "rain", *, seed: int = 0, peak: float = 0.5, latents=True) -> Take:
    draw = np.random.default_rng(seed)
    waveform = draw.uniform(-1, 1, 16_000).astype(np.float32)
    return Take(
        request=GenerationRequest(prompt=prompt, duration_s=1.0, seed=seed),
        sample_rate=16_000,
        waveform=waveform / np.abs(waveform).max() * np.float32(peak),
        mel=draw.normal(-5, 2, (100, 64)).astype(np.float32),
        latents=draw.normal(size=(8, 25, 16)).astype(np.float32) if latents else None,
    )


def annotate(library: Library, take_id: str, **values: Any) -> None:
    """Change star, notes or labels of a take, as the history does."""
    record = next(record for record in library.records() if record.take_id == take_id)
    library.annotate(replace(record, **values))
