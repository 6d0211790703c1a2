"""What the judge is measured with: pairs of clips, of all kinds or of those that are asked for."""

import pytest
import torch
from bundled_model.data.concepts import CONCEPTS
from bundled_model.data.planning import go_together
from bundled_model.data.recordings.library import Library
from bundled_model.data.recordings.split import Part, learnt_by_judge
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.judge.task import (
    HELD_OUT_LEVEL_DB,
    labels_of,
    mixed_clips,
    pairs_of,
    pairs_of_concepts,
)


def test_pairs_of_a_set_go_together(clips: WaveformStore) -> None:
    log_mel, labels = pairs_of(clips)
    kinds = {tuple(sorted(pair)) for pair in labels.tolist()}
    assert all(go_together(*kind) for kind in kinds)
    assert len(log_mel) == len(labels) >= len(kinds) > 5


def test_pairs_that_are_asked_for_hold_just_these(clips: WaveformStore) -> None:
    first, second = sorted(set(labels_of(clips).tolist()))[:2]
    log_mel, labels = pairs_of_concepts(clips, [(first, second)])
    assert {tuple(row) for row in labels.tolist()} == {(first, second)}
    assert len(log_mel) == len(labels)


def test_a_pair_without_clips_is_left_out(clips: WaveformStore) -> None:
    few = clips.head(3)
    first, second, third = labels_of(few).tolist()
    log_mel, labels = pairs_of_concepts(few, [(first, second), (first, len(CONCEPTS) - 1)])
    assert third not in labels
    assert len(log_mel) == len(labels) == 1


def test_a_clip_that_is_its_own_second_sound_stays_alone(clips: WaveformStore) -> None:
    numbers = torch.tensor([0, 1])
    alone = mixed_clips(clips, numbers, numbers)
    torch.testing.assert_close(alone, clips.log_mels(numbers))
    assert HELD_OUT_LEVEL_DB < 0


def test_the_judge_and_its_test_share_no_recording(library: Library) -> None:
    tested = library.of(Part.TEST)
    concepts = [clip.recording.concept for clip in tested]
    learnt = learnt_by_judge(concepts, [clip.key for clip in tested])
    left = {clip.key for clip in tested} - learnt
    assert {clip.recording.concept for clip in tested if clip.key in learnt} == set(concepts)
    assert {clip.recording.concept for clip in tested if clip.key in left} == set(concepts)


@pytest.mark.parametrize("concept", ["rain", "wind"])
def test_the_only_recording_of_a_concept_is_the_judges(concept: str) -> None:
    assert learnt_by_judge([concept], ["only"]) == {"only"}
