"""The noise schedule of an original checkpoint, as a config of diffusers' scheduler."""

from typing import Any

import numpy as np

from core.models.conversion.stored_tensor import StoredTensor

_START, _END, _STEPS = 0.0015, 0.0195, 1000  # of every config of the authors
_ROUNDING = 1e-5


def scheduler_config(betas: StoredTensor | None) -> dict[str, Any]:
    """DDIM on the checkpoint's own betas, which grow linearly in their square roots.

    Args:
        betas: The checkpoint's; None = those of the authors' configs.

    Raises:
        ValueError: They grow otherwise.
    """
    start, end, steps = _START, _END, _STEPS
    if betas is not None:
        values = betas.to_float().ravel()
        steps = len(values)
        expected = np.linspace(values[0] ** 0.5, values[-1] ** 0.5, steps) ** 2
        if not np.allclose(values, expected, rtol=_ROUNDING * 10):
            raise ValueError("its noise schedule is none that is known")
        start, end = _plain(float(values[0]), _START), _plain(float(values[-1]), _END)
    return {
        "_class_name": "DDIMScheduler",
        "num_train_timesteps": steps,
        "beta_start": start,
        "beta_end": end,
        "beta_schedule": "scaled_linear",
        "prediction_type": "epsilon",
        "clip_sample": False,
        "set_alpha_to_one": False,
        "steps_offset": 1,
    }


def _plain(value: float, usual: float) -> float:
    """The number that was rounded to float32, where it is the usual one."""
    return usual if abs(value - usual) < _ROUNDING * usual else value
