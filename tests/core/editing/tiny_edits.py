"""What the tests of edits share: sizes of the tiny model, its request, and an edit of a stretch."""

from pathlib import Path

import numpy as np

from core.api.edit import Edit
from core.api.request import GenerationRequest
from core.api.take import Take
from core.editing.edit_site import FADE_LATENTS

HOP, SCALE, RATE = 160, 4, 16000
WINDOW_FRAMES = 64  # 16 latent frames
REACH_FRAMES = FADE_LATENTS * SCALE + 2 * 23  # the fade, and the vocoder's context


def request_for(folder: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "rain", "duration_s": 3.0, "num_inference_steps": 2, "seed": 3}
    return GenerationRequest.from_dict({**values, "model": str(folder), **changes})


def stretch(start_s: float = 1.2, stop_s: float = 1.8, **values: object) -> Edit:
    return Edit.from_dict(
        {
            "kind": "regenerate",
            "prompt": "a dog",
            "seed": 5,
            "start_s": start_s,
            "stop_s": stop_s,
            **values,
        }
    )


def is_same(first: Take, second: Take) -> bool:
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for name in ("waveform", "mel", "latents")
    )
