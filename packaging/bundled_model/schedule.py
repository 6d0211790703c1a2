"""How the learning rate runs: a short warm-up, a long constant stretch, a cosine tail."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """The course of a training in steps.

    The tail comes last, so a run may be lengthened or cut short while its rate is constant.

    Attributes:
        steps: Length of the training.
        peak_rate: Learning rate of the constant stretch.
        final_rate: Learning rate of the last step.
        warmup_steps: Steps over which the rate rises from zero.
        tail_share: Part of the steps over which the rate falls as a cosine.
        ema_decay: What the average of the weights keeps of itself at every step.
    """

    steps: int
    peak_rate: float
    final_rate: float
    warmup_steps: int = 50
    tail_share: float = 0.35
    ema_decay: float = 0.997

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from zero."""
        rising = min(1.0, (step + 1) / self.warmup_steps)
        tail_begin = self.steps * (1 - self.tail_share)
        progress = max(0.0, (step - tail_begin) / (self.steps - tail_begin))
        falling = 0.5 + 0.5 * math.cos(math.pi * min(1.0, progress))
        return rising * (self.final_rate + falling * (self.peak_rate - self.final_rate))
