import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import InvalidRequestError
from core.peers.rank_place import RankPlace

TORCHRUN = {
    "RANK": "3",
    "WORLD_SIZE": "4",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "node-a",
    "MASTER_PORT": "29500",
    "TORCHELASTIC_RESTART_COUNT": "2",
    "TORCHELASTIC_USE_AGENT_STORE": "True",
}
places = st.integers(2, 64).flatmap(
    lambda size: st.builds(
        RankPlace,
        rank=st.integers(1, size - 1),
        size=st.just(size),
        address=st.just("node-a"),
        port=st.integers(1, 65_535),
        local_rank=st.integers(0, size - 1),
        local_size=st.just(size),
        restarts=st.integers(0, 9),
    )
)


def test_torchrun_says_which_rank_a_process_is() -> None:
    place = RankPlace.from_environment(TORCHRUN)

    assert place == RankPlace(3, 4, "node-a", 29_500, 1, 2, 2)
    assert not place.is_first


@given(places)
def test_a_place_is_read_back_from_its_environment(place: RankPlace) -> None:
    assert RankPlace.from_environment(place.environment()) == place


def test_the_first_rank_hosts_the_store_where_no_agent_does() -> None:
    alone = {**TORCHRUN, "RANK": "0", "TORCHELASTIC_USE_AGENT_STORE": "False"}

    assert RankPlace.from_environment(alone).hosts_store  # type: ignore[union-attr]
    assert not RankPlace.from_environment({**TORCHRUN, "RANK": "0"}).hosts_store  # type: ignore[union-attr]


@pytest.mark.parametrize("missing", ["RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"])
def test_a_process_that_lacks_a_variable_runs_alone(missing: str) -> None:
    assert RankPlace.from_environment({**TORCHRUN, missing: ""}) is None
    assert RankPlace.from_environment({**TORCHRUN, "WORLD_SIZE": "1"}) is None


@pytest.mark.parametrize("change", [{"RANK": "4"}, {"RANK": "-1"}, {"MASTER_PORT": "http"}])
def test_variables_without_sense_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError):
        RankPlace.from_environment({**TORCHRUN, **change})


def test_one_process_of_a_machine_speaks_for_it() -> None:
    on_second_machine = [RankPlace(2 + i, 4, local_rank=i, local_size=2) for i in range(2)]

    assert [place.speaks() for place in on_second_machine] == [True, False]
    assert [place.speaks(lost=2) for place in on_second_machine] == [False, True]
    assert [place.speaks(lost=0) for place in on_second_machine] == [True, False]
