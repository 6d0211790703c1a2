"""Recordings are split, never clips."""

from bundled_model.data.recordings.split import Part, joined_keys, recording_key, split
from hypothesis import given
from hypothesis import strategies as st

clips = st.lists(
    st.tuples(st.sampled_from(["rain", "dog", "door"]), st.integers(0, 30)), max_size=80
)


def parts_of(drawn: list[tuple[str, int]]) -> list[Part]:
    """The parts of clips given as concept and number of the recording."""
    return split([concept for concept, _ in drawn], [f"game:{number}" for _, number in drawn])


def test_variants_of_a_recording_have_one_key() -> None:
    names = ("step_01", "step_02", "step_2b", "Step-3", "step", "step 04", "step_a")
    keys = {recording_key("game", f"sounds/{name}.ogg") for name in names}
    assert keys == {"game:sounds/step"}
    assert recording_key("game", "other/step_01.ogg") not in keys
    assert recording_key("other game", "sounds/step_01.ogg") not in keys
    assert recording_key("game", "sounds/stone.ogg") == "game:sounds/stone"
    assert recording_key("game", "sounds/1.ogg") == recording_key("game", "sounds/2.ogg")


def test_pairs_join_keys_along_chains() -> None:
    joined = joined_keys(["a", "b", "c", "d", "a"], [(0, 1), (2, 1)])
    assert joined[0] == joined[1] == joined[2] == joined[4]
    assert joined[3] == "d"


@given(clips)
def test_no_recording_is_on_both_sides(drawn: list[tuple[str, int]]) -> None:
    sides: dict[int, set[Part]] = {}
    for (_, number), part in zip(drawn, parts_of(drawn), strict=True):
        sides.setdefault(number, set()).add(part)
    assert all(len(parts) == 1 for parts in sides.values())


@given(clips, st.randoms())
def test_the_split_does_not_depend_on_the_order(drawn: list[tuple[str, int]], random) -> None:
    part_by_clip = dict(zip(drawn, parts_of(drawn), strict=True))
    shuffled = random.sample(drawn, len(drawn))
    assert dict(zip(shuffled, parts_of(shuffled), strict=True)) == part_by_clip


def test_the_split_is_the_same_on_every_machine() -> None:
    keys = [f"game:{number}" for number in range(20)]
    tested = [
        key for key, part in zip(keys, split(["rain"] * 20, keys), strict=True) if part is Part.TEST
    ]
    assert tested == ["game:0", "game:19"]


def test_a_concept_of_few_recordings_only_trains() -> None:
    assert set(split(["rain"] * 4, ["a", "a", "b", "b"])) == {Part.TRAINING}


def test_a_recording_of_most_clips_trains() -> None:
    for many in "abcdefgh":
        keys = [many] * 20 + [key for key in "abcdefgh" if key != many]
        parts = dict(zip(keys, split(["rain"] * len(keys), keys), strict=True))
        assert parts[many] is Part.TRAINING
        assert Part.TEST in parts.values()
