"""What a further rank makes of the run that it is handed."""

import pytest

from app.session.devices import assisting_engine
from app.session.devices.assisting_engine import own_tiling
from app.session.devices.rank_program import RankRun
from core.api.config import EngineConfig, TilingConfig
from core.api.request import GenerationRequest
from core.peers.rank_place import RankPlace

FREE = 1000


@pytest.fixture(autouse=True)
def free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assisting_engine, "available_bytes", lambda _: FREE)


def run_of(devices: tuple[str, ...], rank: int, budget: int | None = None) -> RankRun:
    config = EngineConfig(tiling=TilingConfig(memory_budget=budget))
    return RankRun(RankPlace(rank, len(devices)), devices, GenerationRequest(), config)


def test_ranks_of_one_device_share_what_is_free_there() -> None:
    devices = ("cpu", "cuda:0", "cpu")
    assert run_of(devices, 2).device == "cpu"
    assert own_tiling(run_of(devices, 2)).memory_budget == FREE // 2
    assert own_tiling(run_of(devices, 1)) == TilingConfig()


def test_a_budget_that_a_person_sets_is_each_ranks() -> None:
    assert own_tiling(run_of(("cpu", "cpu"), 1, budget=300)).memory_budget == 300
