"""Laws of the grid of settings, and how its fields are read."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.view_models.drafts.variation_grid import (
    MAX_VARIATIONS,
    VariationGrid,
    consecutive_seeds,
    read_guidance_scales,
    read_prompts,
    read_seeds,
    read_step_counts,
    read_strengths,
)
from core.api.errors import InvalidRequestError
from core.api.request import MAX_SEED, GenerationRequest, PromptSegment, Scheduler


def some(values):
    return st.lists(values, max_size=3, unique=True).map(tuple)


GRIDS = st.builds(
    VariationGrid,
    prompts=some(st.sampled_from(["rain", "wind", "sea"])),
    seeds=some(st.integers(0, MAX_SEED)),
    guidance_scales=some(st.sampled_from([1.0, 2.5, 4.0])),
    step_counts=some(st.sampled_from([5, 25])),
    schedulers=some(st.sampled_from([Scheduler.DDIM, Scheduler.EULER])),
    strengths=some(st.sampled_from([0.4, 0.6])),
)
SEGMENTS = (PromptSegment(0.0, "bell"), PromptSegment(5.0, "organ"))
REQUESTS = st.sampled_from(
    [GenerationRequest(prompt="bell"), GenerationRequest(prompt="bell", segments=SEGMENTS)]
)


@given(GRIDS, REQUESTS)
def test_every_combination_comes_once(grid, request_):
    assume(grid.num_variations <= MAX_VARIATIONS)
    requests = grid.requests(request_)
    assert len(requests) == grid.num_variations == len(set(requests))


@given(GRIDS, REQUESTS)
def test_a_variation_differs_in_nothing_but_the_grid(grid, request_):
    assume(grid.num_variations <= MAX_VARIATIONS)
    for one in grid.requests(request_):
        same = replace(
            one,
            prompt=request_.prompt,
            segments=request_.segments,
            seed=request_.seed,
            guidance_scale=request_.guidance_scale,
            num_inference_steps=request_.num_inference_steps,
            scheduler=request_.scheduler,
            strength=request_.strength,
        )
        assert same == request_
        assert one.prompt in (grid.prompts or [request_.prompt])
        assert one.seed in (grid.seeds or [request_.seed])
        assert bool(one.segments) == bool(request_.segments and not grid.prompts)


@given(GRIDS)
def test_neighbours_differ_in_their_seeds_first(grid):
    requests = grid.requests(GenerationRequest())
    changes = sum(
        replace(one, seed=0) != replace(other, seed=0) for one, other in pairwise(requests)
    )
    assert changes == grid.num_variations // (len(grid.seeds) or 1) - 1


def test_too_many_variations_are_refused():
    grid = VariationGrid(seeds=consecutive_seeds(0, MAX_VARIATIONS + 1))
    with pytest.raises(InvalidRequestError, match="at most"):
        grid.requests(GenerationRequest())


@given(st.lists(st.integers(0, MAX_SEED), max_size=5, unique=True))
def test_seeds_are_read_as_they_are_written(seeds):
    assert read_seeds(", ".join(map(str, seeds))) == tuple(seeds)


@given(st.integers(0, MAX_SEED), st.integers(1, 64))
def test_consecutive_seeds_are_seeds_each_once(first, count):
    seeds = consecutive_seeds(first, count)
    assert len(set(seeds)) == count
    assert all(0 <= seed <= MAX_SEED for seed in seeds)


def test_fields_are_read():
    assert read_strengths("40, 60%") == (0.4, 0.6)
    assert read_prompts(" rain \n\nwind\nrain") == ("rain", "wind")
    assert read_seeds("7, 20-22 7") == (7, 20, 21, 22)
    assert read_guidance_scales("2, 3.5;5 2.0") == (2.0, 3.5, 5.0)
    assert read_step_counts("10,25") == (10, 25)
    assert read_seeds("") == read_step_counts(" ") == read_guidance_scales(",") == ()


@pytest.mark.parametrize("text", ["x", "-1", "5-3", "0-1000000", "1.5", str(MAX_SEED + 1), "٣-"])
def test_other_words_among_the_seeds_are_refused(text):
    with pytest.raises(InvalidRequestError, match="Seeds"):
        read_seeds(text)


@pytest.mark.parametrize(("read", "text"), [(read_step_counts, "2.5"), (read_guidance_scales, "a")])
def test_other_words_among_the_numbers_are_refused(read, text):
    with pytest.raises(InvalidRequestError):
        read(text)


def test_a_value_that_no_request_takes_is_refused():
    for grid in (VariationGrid(step_counts=(0,)), VariationGrid(guidance_scales=(float("nan"),))):
        with pytest.raises(InvalidRequestError):
            grid.requests(GenerationRequest())
