"""What the judge is measured with: pairs of clips, of all kinds or of those that are asked for."""

import numpy as np
import pytest
import torch
from bundled_model.data.clip import ClipPlanner, go_together
from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import CONCEPT_NAMES, CONCEPTS
from bundled_model.judge.task import HELD_OUT_SHARE, labels_of, pairs_of, pairs_of_concepts

EVERY_SOURCE = tuple({type(concept.source) for concept in CONCEPTS})


@pytest.fixture(scope="module")
def clips() -> ClipStore:
    """Five clips of each concept, as loud as their concept's number says."""
    planner = ClipPlanner(1, EVERY_SOURCE, 0.0)
    plans = tuple(planner.plan(number) for number in range(5 * len(CONCEPTS)))
    levels = np.array([plan.concept for plan in plans], np.float16)
    return ClipStore(np.tile(levels[:, None, None], (1, 2, 3)), plans)


def test_pairs_of_a_set_are_of_many_kinds_and_go_together(clips: ClipStore) -> None:
    log_mel, labels = pairs_of(clips)
    kinds = {tuple(sorted(pair)) for pair in labels.tolist()}
    assert all(go_together(*kind) for kind in kinds)
    assert len(kinds) > 0.8 * len(labels) > 0.4 * len(clips)
    assert len({second - first for first, second in labels.tolist()}) > 50
    assert len(log_mel) == len(labels)


def test_pairs_that_are_asked_for_hold_just_these(clips: ClipStore) -> None:
    rain, wind, piano = map(CONCEPT_NAMES.index, ("rain", "wind", "piano"))
    log_mel, labels = pairs_of_concepts(clips, [(rain, wind), (piano, rain)])
    assert labels.tolist() == [[rain, wind]] * 5 + [[piano, rain]] * 5
    louder = labels[:, :1] + np.log(1 + HELD_OUT_SHARE**2) / 2
    torch.testing.assert_close(log_mel.flatten(1), louder.float().expand(-1, 6))


def test_a_pair_without_clips_is_left_out(clips: ClipStore) -> None:
    few = clips.first(3)
    first, second, third = labels_of(few).tolist()
    log_mel, labels = pairs_of_concepts(few, [(first, second), (first, len(CONCEPTS) - 1)])
    assert third not in labels
    assert len(log_mel) == len(labels) == 1
