"""A grid of settings: every combination of some prompts, samplers, seeds and numbers."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TypeVar

from core.api.errors import InvalidRequestError
from core.api.request import MAX_SEED, GenerationRequest, Scheduler

Value = TypeVar("Value")

MAX_VARIATIONS = 200
_SEPARATORS = re.compile(r"[,;\s]+")
_SEEDS = re.compile(r"(\d{1,20})(?:-(\d{1,20}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationGrid:
    """Values of the fields that vary; none of a field = it stays as the request has it.

    Attributes:
        prompts: Each takes the place of all prompts along time.
        seeds, guidance_scales, step_counts, schedulers, strengths: As in a request.
    """

    prompts: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    guidance_scales: tuple[float, ...] = ()
    step_counts: tuple[int, ...] = ()
    schedulers: tuple[Scheduler, ...] = ()
    strengths: tuple[float, ...] = ()

    @property
    def num_variations(self) -> int:
        """How many requests it makes."""
        return math.prod(len(getattr(self, field.name)) or 1 for field in fields(self))

    def requests(self, request: GenerationRequest) -> list[GenerationRequest]:
        """All combinations, each once; neighbours differ in their seeds first.

        Raises:
            InvalidRequestError: A value cannot be used, or there are too many combinations.
        """
        if self.num_variations > MAX_VARIATIONS:
            raise InvalidRequestError(
                "takes",
                f"These are {self.num_variations} variations; at most {MAX_VARIATIONS} are made "
                "at once.",
            )
        prompted = [replace(request, prompt=one, segments=()) for one in self.prompts]
        return [
            replace(
                one,
                scheduler=scheduler,
                strength=strength,
                guidance_scale=guidance,
                num_inference_steps=steps,
                seed=seed,
            )
            for one, scheduler, strength, guidance, steps, seed in product(
                prompted or [request],
                self.schedulers or [request.scheduler],
                self.strengths or [request.strength],
                self.guidance_scales or [request.guidance_scale],
                self.step_counts or [request.num_inference_steps],
                self.seeds or [request.seed],
            )
        ]


def read_prompts(text: str) -> tuple[str, ...]:
    """A prompt from each line that is not empty."""
    return _each_once(filter(None, (line.strip() for line in text.splitlines())))


def read_guidance_scales(text: str) -> tuple[float, ...]:
    """Numbers such as `2 3.5, 5`.

    Raises:
        InvalidRequestError: Something else is among them.
    """
    refusal = InvalidRequestError(
        "guidance_scale", "Guidances are numbers with a point, such as 2, 3.5, 5."
    )
    return _read_each(text, float, refusal)


def read_step_counts(text: str) -> tuple[int, ...]:
    """Whole numbers such as `10, 25`.

    Raises:
        InvalidRequestError: Something else is among them.
    """
    refusal = InvalidRequestError(
        "num_inference_steps", "Steps are whole numbers, such as 10, 25, 50."
    )
    return _read_each(text, int, refusal)


def read_strengths(text: str) -> tuple[float, ...]:
    """Strengths, written in per cent, such as `40, 60`.

    Raises:
        InvalidRequestError: Something else is among them.
    """
    refusal = InvalidRequestError(
        "strength", "The change is a number of per cent from 0 to 100, such as 40, 60."
    )
    return _read_each(text, lambda word: float(word.rstrip("%")) / 100, refusal)


def read_seeds(text: str) -> tuple[int, ...]:
    """Whole numbers and ranges of them, such as `7, 20-23`.

    Raises:
        InvalidRequestError: Something else is among them, or a range is too long.
    """
    seeds: list[int] = []
    for word in _words(text):
        found = _SEEDS.fullmatch(word)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else -1
        if not first <= last <= min(first + MAX_VARIATIONS, MAX_SEED):
            raise InvalidRequestError(
                "seed", "Seeds are whole numbers or ranges of them, such as 7, 20-23."
            )
        seeds += range(first, last + 1)
    return _each_once(seeds)


def consecutive_seeds(first: int, count: int) -> tuple[int, ...]:
    """So many seeds from the first one on."""
    return tuple((first + number) % (MAX_SEED + 1) for number in range(count))


def _read_each(
    text: str, read: Callable[[str], Value], refusal: InvalidRequestError
) -> tuple[Value, ...]:
    try:
        return _each_once(map(read, _words(text)))
    except ValueError as error:
        raise refusal from error


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if word]


def _each_once(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))
