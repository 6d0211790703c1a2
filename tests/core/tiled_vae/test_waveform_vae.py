"""A waveform autoencoder in chunks equals the untiled network, for any length and any chunks."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from core.api.errors import InvalidRequestError
from core.api.events import TilePlanned
from core.api.progress import Progress
from core.api.region import Region, Span
from core.tiled_vae import PictureGrid, WaveformVAE
from tests.core.tiled_vae.networks import relative_error
from tests.core.tiled_vae.waveform_networks import (
    ACE_STEP,
    EVERY_NAME,
    EVERY_RATIOS,
    LATENT_CHANNELS,
    ODD,
    STABLE_AUDIO,
    decode_untiled,
    encode_untiled,
    tiny_oobleck,
    uneven_waveform,
)

EXACT = 1e-12
ratios = pytest.mark.parametrize("ratios", EVERY_RATIOS, ids=EVERY_NAME)


class OnDisk:
    """A source that is read span by span, as a long recording is."""

    def __init__(self, values: Tensor) -> None:
        self._values = values
        self.shape = tuple(values.shape)

    def read(self, span: Span) -> Tensor:
        return self._values[:, :, span.slice]


@pytest.fixture(scope="module", params=EVERY_RATIOS, ids=EVERY_NAME)
def any_vae(request: pytest.FixtureRequest):
    return tiny_oobleck(request.param)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 41), st.integers(1, 2))
def test_decoding_takes_any_length_and_any_chunks(any_vae, frames, chunk, batch) -> None:
    latents = uneven_waveform(frames, LATENT_CHANNELS, batch)
    found = WaveformVAE(any_vae, chunk_latents=chunk).decode(latents)
    assert relative_error(found, decode_untiled(any_vae, latents)) < EXACT


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 400), st.integers(1, 41), st.integers(1, 2))
def test_encoding_takes_any_length_and_any_chunks(any_vae, more, chunk, batch) -> None:
    engine = WaveformVAE(any_vae, chunk_latents=chunk)
    samples = uneven_waveform(engine.samples_of_one_latent + more, 2, batch)
    found = engine.encode(samples).parameters
    assert relative_error(found, encode_untiled(any_vae, samples)) < EXACT


@pytest.mark.parametrize("ratios", [STABLE_AUDIO, ACE_STEP], ids=["stable audio", "ace step"])
def test_networks_of_two_families_in_float32(ratios: tuple[int, ...]) -> None:
    vae = tiny_oobleck(ratios, channels=1, dtype=torch.float32)
    engine = WaveformVAE(vae, chunk_latents=3)
    latents = uneven_waveform(13, LATENT_CHANNELS, dtype=torch.float32)
    samples = uneven_waveform(13 * engine.hop_length + 77, 1, dtype=torch.float32)
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < 1e-5
    found = engine.encode(samples).parameters
    assert relative_error(found, encode_untiled(vae, samples)) < 1e-5


@pytest.mark.parametrize(
    ("ratios", "latents", "samples"),
    [(STABLE_AUDIO, 10, 31_818), (ACE_STEP, 9, 26_250)],
    ids=["stable audio", "ace step"],
)
def test_the_halo_is_that_of_the_real_networks(ratios, latents: int, samples: int) -> None:
    engine = WaveformVAE(tiny_oobleck(ratios))
    frame = engine.latents_read(Span(0, engine.hop_length))
    assert (-frame.start, frame.stop - 1) == (latents, latents)
    assert engine.samples_read(Span(0, 1)).length == samples


def test_one_frame_less_than_the_halo_is_wrong(any_vae) -> None:
    engine = WaveformVAE(any_vae)
    latents = uneven_waveform(60, LATENT_CHANNELS)
    truth = decode_untiled(any_vae, latents)
    wanted = Span(30 * engine.hop_length, 31 * engine.hop_length)
    read = engine.latents_read(wanted)

    def error(read: Span) -> float:
        apart = decode_untiled(any_vae, latents[:, :, read.slice])
        shift = -read.start * engine.hop_length
        return float((apart[..., wanted.shift(shift).slice] - truth[..., wanted.slice]).abs().max())

    assert read.start > 0
    assert error(read) < EXACT
    assert error(Span(read.start + 1, read.stop)) > 10 * EXACT
    assert error(Span(read.start, read.stop - 1)) > 10 * EXACT


def test_one_sample_less_than_the_halo_is_wrong(any_vae) -> None:
    engine = WaveformVAE(any_vae)
    samples = uneven_waveform(60 * engine.hop_length, 2)
    read = engine.samples_read(Span(30, 31))
    truth = encode_untiled(any_vae, samples)[..., 30]
    for silent, is_equal in (
        (read.start - 1, True),
        (read.start, False),
        (read.stop - 1, False),
        (read.stop, True),
    ):
        changed = samples.clone()
        changed[..., silent] += 1
        found = encode_untiled(any_vae, changed)[..., 30]
        assert torch.equal(found, truth) == is_equal


@ratios
def test_stretches_follow_each_other_to_the_end(ratios: tuple[int, ...]) -> None:
    vae = tiny_oobleck(ratios)
    engine = WaveformVAE(vae, chunk_latents=3)
    latents = uneven_waveform(17, LATENT_CHANNELS)
    stop = 0
    for span, values in engine.decode_stretches(OnDisk(latents)):
        assert span.start == stop
        assert values.shape == (1, 2, span.length)
        stop = span.stop
    assert stop == engine.decoded_length(17) == decode_untiled(vae, latents).shape[2]


def test_a_source_is_never_read_as_a_whole() -> None:
    vae = tiny_oobleck()
    engine = WaveformVAE(vae, chunk_latents=4)
    samples = uneven_waveform(40 * engine.hop_length + 3, 2)
    source, spans = OnDisk(samples), []
    read = source.read
    source.read = lambda span: spans.append(span) or read(span)
    found = engine.encode(source).parameters
    assert relative_error(found, encode_untiled(vae, samples)) < EXACT
    assert max(span.length for span in spans) <= 5 * engine.hop_length


def test_the_posterior_is_the_networks_own() -> None:
    vae = tiny_oobleck()
    samples = uneven_waveform(90, 2)
    found = WaveformVAE(vae, chunk_latents=2).encode(samples)
    own = vae.encode(samples).latent_dist
    assert type(found) is type(own)
    assert torch.allclose(found.mode(), own.mode(), atol=1e-10)
    assert torch.allclose(found.std, own.std, atol=1e-10)


def test_weights_that_were_loaded_later_count() -> None:
    vae = tiny_oobleck()
    latents = uneven_waveform(9, LATENT_CHANNELS)
    engine = WaveformVAE(vae)
    with torch.no_grad():
        vae.decoder.conv1.weight_g.mul_(2)  # `weight` beside it is of before
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < EXACT


@pytest.mark.parametrize(("precision", "tolerance"), [("bfloat16", 0.1), ("float16", 0.02)])
def test_half_precision_stays_close(precision: str, tolerance: float) -> None:
    vae = tiny_oobleck(dtype=torch.float32)
    latents = uneven_waveform(9, LATENT_CHANNELS, dtype=torch.float32)
    found = WaveformVAE(vae, compute_dtype=precision).decode(latents)
    truth = decode_untiled(vae, latents)
    assert found.dtype == torch.float32
    assert 0 < (found - truth).abs().mean() / truth.std() < tolerance


def test_the_network_is_left_as_it_was() -> None:
    vae = tiny_oobleck(dtype=torch.float32)
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    WaveformVAE(vae).decode(uneven_waveform(9, LATENT_CHANNELS, dtype=torch.float32))
    for name, value in vae.state_dict().items():
        assert torch.equal(value, before[name])


def test_the_result_may_be_changed_in_place() -> None:
    engine = WaveformVAE(tiny_oobleck(), chunk_latents=3)
    latents = uneven_waveform(20, LATENT_CHANNELS)
    untouched = list(engine.decode_stretches(latents))
    for (_, expected), (_, values) in zip(untouched, engine.decode_stretches(latents), strict=True):
        assert torch.equal(values, expected)
        values.add_(1)


@ratios
def test_tiles_cover_the_picture_that_is_asked_for(ratios: tuple[int, ...]) -> None:
    engine = WaveformVAE(tiny_oobleck(ratios), chunk_latents=3, grid=PictureGrid(4, 16))
    for run in (engine.decode_stretches, engine.encode_stretches):
        is_decoding = run == engine.decode_stretches
        given = uneven_waveform(17 if is_decoding else 200, LATENT_CHANNELS if is_decoding else 2)
        events: list[object] = []
        list(run(given, Progress(events.append)))
        plan = events[0]
        assert isinstance(plan, TilePlanned)
        assert plan.mode.is_exact
        num_samples = engine.decoded_length(17) if is_decoding else 200
        assert [tile.time.start for tile in plan.tiles[1:]] == [
            tile.time.stop for tile in plan.tiles[:-1]
        ]
        assert plan.tiles[0].time.start == 0
        assert plan.tiles[-1] == Region(
            Span(plan.tiles[-1].time.start, -(-num_samples // 4)), Span(0, 16)
        )


def bad_inputs() -> Iterator[tuple[str, object, str]]:
    yield "decode", torch.zeros(1, 3, 5), "4 channels"
    yield "decode", torch.zeros(1, 4, 0), "empty"
    yield "decode", torch.zeros(4, 5), "must be a tensor"
    yield "decode", torch.zeros(1, 4, 5, dtype=torch.long), "floating-point"
    yield "decode", torch.full((1, 4, 5), float("nan")), "infinities or NaNs"
    yield "encode", torch.zeros(1, 1, 90), "2 channels"
    yield "encode", torch.zeros(1, 2, 3), "shorter"
    yield "encode", OnDisk(torch.zeros(1, 2, 3)), "shorter"
    yield "encode", None, "must be a tensor"


@pytest.mark.parametrize(("method", "given_input", "sentence"), list(bad_inputs()))
def test_what_is_no_input_is_refused(method: str, given_input: object, sentence: str) -> None:
    engine = WaveformVAE(tiny_oobleck(dtype=torch.float32))
    with pytest.raises(InvalidRequestError, match=sentence):
        getattr(engine, method)(given_input)


def test_fewer_samples_than_a_latent_frame_needs_give_none() -> None:
    for ratios in (*EVERY_RATIOS, ODD):
        engine = WaveformVAE(tiny_oobleck(ratios))
        assert engine.encoded_length(engine.samples_of_one_latent) == 1
        assert engine.encoded_length(engine.samples_of_one_latent - 1) == 0
