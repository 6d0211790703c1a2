"""What the engine's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from core.kernels import processor_speed
from core.kernels.processor_speed import ProcessorSpeed
from tests.rank_pool import RankPool
from tests.tiny_ace_step import build_tiny_ace_step
from tests.tiny_families import build_tiny_audioldm2, build_tiny_musicldm
from tests.tiny_model import build_tiny_model
from tests.tiny_stable_audio import build_tiny_stable_audio
from tests.tiny_stable_audio_3 import build_tiny_stable_audio_3

MEASURED = ProcessorSpeed(
    winograd=(0.9, 1.4, 1.6),
    products=1.7,
    polynomials=(0.9, 1.3, 1.7),
    innermost=1.5,
    bfloat16=1.3,
    packed=1.2,
    rounded=1.4,
)

torch.set_num_threads(1)  # in tiny networks threads wait for each other longer than they work


@pytest.fixture(autouse=True, scope="session")
def measured_before() -> Iterator[None]:
    """Every machine has the same speeds, so that the same layers are tested everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor_speed, "measure", lambda: MEASURED)
        processor_speed.processor_speed.cache_clear()
        yield


@pytest.fixture(scope="session")
def ranks_kept() -> Iterator[list[RankPool]]:
    """The pool of ranks, if a test has needed one."""
    pools: list[RankPool] = []
    yield pools
    for pool in pools:
        pool.close()


@pytest.fixture
def ranks(measured_before: None, ranks_kept: list[RankPool]) -> RankPool:
    """Three processes to be ranks of a run, kept for all tests; see `RankPool.run`."""
    if ranks_kept and not ranks_kept[-1].is_whole:
        ranks_kept.pop().close()
    if not ranks_kept:
        ranks_kept.append(RankPool(3))
    return ranks_kept[-1]


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in diffusers' format that loads in Tessera; copy it before changing it."""
    return build_tiny_model(tmp_path_factory.mktemp("tiny_model"))


@pytest.fixture(scope="session")
def tiny_audioldm2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for AudioLDM2."""
    return build_tiny_audioldm2(tmp_path_factory.mktemp("tiny_audioldm2"))


@pytest.fixture(scope="session")
def tiny_stable_audio_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a tiny Stable Audio model."""
    return build_tiny_stable_audio(tmp_path_factory.mktemp("tiny_stable_audio"))


@pytest.fixture(scope="session")
def tiny_stable_audio_3_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for Stable Audio 3."""
    return build_tiny_stable_audio_3(tmp_path_factory.mktemp("tiny_stable_audio_3"))


@pytest.fixture(scope="session")
def tiny_ace_step_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for ACE-Step, as it was distilled to eight steps."""
    return build_tiny_ace_step(tmp_path_factory.mktemp("tiny_ace_step"), is_turbo=True)


@pytest.fixture(scope="session")
def tiny_musicldm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for MusicLDM."""
    return build_tiny_musicldm(tmp_path_factory.mktemp("tiny_musicldm"))
