"""What a request will need, before anything is done."""

from pathlib import Path

import pytest
import torch

from core.api.byte_count import size_text
from core.api.config import EngineConfig, Precision, TilingConfig, TilingMode
from core.api.errors import DeviceMemoryError, InvalidRequestError
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.models.families import assembly
from core.models.families.latent_diffusion import LatentDiffusion
from tests.tiny_model import predict_once


@pytest.fixture
def engine(tiny_model_folder: Path) -> Engine:
    engine = Engine()
    engine.load(str(tiny_model_folder), Progress())
    return engine


@pytest.fixture
def request_(tiny_model_folder: Path) -> GenerationRequest:
    return GenerationRequest(model=str(tiny_model_folder), duration_s=4.0, num_inference_steps=1)


def test_a_model_that_is_not_loaded_is_not_estimated(request_: GenerationRequest) -> None:
    assert Engine().estimate(request_) is None


def test_the_estimate_is_the_plan_of_the_take(engine: Engine, request_: GenerationRequest) -> None:
    estimate = engine.estimate(request_)
    assert estimate is not None
    take = engine.generate(request_)
    assert f"about {size_text(estimate.working_bytes)} of the" in take.plan
    assert estimate.result_bytes == take.waveform.nbytes + take.mel.nbytes
    assert estimate.networks_bytes > 100_000
    assert (estimate.mode, estimate.precision) == (TilingMode.EXACT, "float32")


def test_longer_sounds_need_more_and_a_source_never_less(
    engine: Engine, request_: GenerationRequest
) -> None:
    totals = []
    for changes in ({"duration_s": 2.0}, {}, {"init_audio": "x.wav"}):
        values = {**request_.to_dict(), **changes}
        estimate = engine.estimate(GenerationRequest.from_dict(values))
        assert estimate is not None
        totals.append(estimate.total_bytes)
    assert totals == sorted(totals)


def test_shared_work_takes_less_of_each_device(engine: Engine, request_: GenerationRequest) -> None:
    alone = engine.estimate(request_)
    engine.configure(EngineConfig(other_devices=("cpu",)))
    shared = engine.estimate(request_)

    assert alone is not None
    assert shared is not None
    assert (alone.num_devices, shared.num_devices) == (1, 2)
    assert shared.working_bytes < alone.working_bytes


def test_a_request_that_does_not_fit_is_refused(
    engine: Engine, request_: GenerationRequest
) -> None:
    engine.configure(EngineConfig(tiling=TilingConfig(memory_budget=1000)))
    with pytest.raises(DeviceMemoryError):
        engine.estimate(request_)


def test_another_way_of_tiling_keeps_the_model(engine: Engine, request_: GenerationRequest) -> None:
    before = engine.load(request_.model, Progress())
    engine.configure(EngineConfig(tiling=TilingConfig(mode="streaming", tile_frames=64)))
    assert engine.load(request_.model, Progress()) is before
    take = engine.generate(request_)
    assert take.plan.startswith("Streaming")
    assert (take.mode, take.config.tiling.tile_frames) == (TilingMode.STREAMING, 64)


def test_another_precision_loads_the_model_again(
    engine: Engine, request_: GenerationRequest
) -> None:
    engine.configure(EngineConfig(precision="bfloat16"))
    assert engine.estimate(request_) is None
    model = engine.load(request_.model, Progress())
    assert next(model.vae.parameters()).dtype is torch.bfloat16


def test_float32_on_request_is_never_rounded(
    engine: Engine, request_: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "use_rounded_products", lambda widths: True)
    loaded = {}
    for precision in (Precision.FLOAT32, None):
        engine.configure(EngineConfig(precision=precision))
        model = engine.load(request_.model, Progress())
        assert isinstance(model, LatentDiffusion)
        predict_once(model.unet)
        loaded[precision] = {parameter.dtype for parameter in model.unet.parameters()}
    assert torch.bfloat16 in loaded[None]
    assert loaded[Precision.FLOAT32] == {torch.float32}


def test_a_refused_configuration_changes_nothing(engine: Engine) -> None:
    before = engine.config
    for wish in (
        EngineConfig(device="abacus"),
        EngineConfig(precision="float16"),
        EngineConfig(tiling=TilingConfig(compute_dtype="float16")),  # minutes, on a processor
    ):
        with pytest.raises(InvalidRequestError):
            engine.configure(wish)
        assert engine.config is before
