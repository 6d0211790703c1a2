"""The mix: the sum of what is heard, whatever the blocks."""

import time
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.region import Span
from core.arrangement import mix as mix_module
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import QUIETEST_DB, FadeShape, Layer
from core.arrangement.mix import Mix, stem
from core.arrangement.sound_source import SoundSource, SourceReader
from tests.core.arrangement.arrangements import arrangements

RATE = 48_000
ROUNDING = 2e-6


def noise(num_samples: int, seed: int = 0) -> np.ndarray:
    samples = np.random.default_rng(seed).standard_normal((num_samples, 2)) * 0.1
    return samples.astype(np.float32)


SHORT = {"a": SoundSource(noise(100), RATE), "b": SoundSource(noise(100, 1)[:, 0], RATE)}


def fade(places: np.ndarray, length: int, shape: FadeShape) -> np.ndarray:
    risen = np.clip((places + 0.5) / max(length, 0.5), 0, 1)
    return risen if shape is FadeShape.LINEAR else np.sin(np.pi / 2 * risen) ** 2


def summed(arrangement: Arrangement, sources: dict[str, SoundSource]) -> np.ndarray:
    """The mix, computed sample by sample as its definition says."""
    mix = no_samples(arrangement, arrangement.num_samples).astype(np.float64)
    for layer in arrangement.heard_layers:
        reader = SourceReader(sources[layer.sound_id], RATE, arrangement.num_channels)
        sound = reader.read(Span(0, layer.sound_length)).astype(np.float64)
        at = np.arange(layer.length)
        played = sound[layer.span.start + (layer.loop_phase + at) % layer.span.length]
        gains_db = layer.gain_db, arrangement.track(layer.track_id).gain_db
        gain = 0.0 if QUIETEST_DB in gains_db else 10 ** (sum(gains_db) / 20)
        gain = gain * fade(at, layer.fade_in, layer.fade_shape)
        gain *= fade(layer.length - 1 - at, layer.fade_out, layer.fade_shape)
        mix[layer.place.slice] += (played * gain[:, None]).reshape(layer.length, *mix.shape[1:])
    return mix


def no_samples(arrangement: Arrangement, num_samples: int) -> np.ndarray:
    """Silence in the form of a mix."""
    channels = arrangement.num_channels
    return np.zeros((num_samples,) if channels == 1 else (num_samples, channels), np.float32)


def whole(arrangement: Arrangement, sources: dict[str, SoundSource]) -> np.ndarray:
    mix = Mix(arrangement, sources)
    return mix.read(Span(0, mix.num_samples))


def one_layer(source: SoundSource, **values: object) -> Arrangement:
    length = source.length_at(RATE)
    layer = Layer(track_id=1, sound_id="a", sound_length=length, span=Span(0, length))
    return Arrangement().add_track().add_layer(replace(layer, **values))


@settings(deadline=None)
@given(arrangements(), st.sampled_from([QUIETEST_DB, -6.0, 0.0]), st.booleans())
def test_the_mix_is_the_sum_of_what_is_heard(
    arrangement: Arrangement, gain_db: float, is_soloed: bool
) -> None:
    track = replace(arrangement.track(1), gain_db=gain_db, is_soloed=is_soloed)
    arrangement = arrangement.with_track(track)

    assert np.abs(whole(arrangement, SHORT) - summed(arrangement, SHORT)).max(initial=0) < ROUNDING


@settings(deadline=None)
@given(arrangements(), st.lists(st.integers(-20, 500), max_size=8), st.integers(1, 64))
def test_the_blocks_do_not_matter(
    arrangement: Arrangement, starts: list[int], block_samples: int
) -> None:
    mix, known = Mix(arrangement, SHORT), no_samples(arrangement, 1000)
    known[20 : 20 + mix.num_samples] = whole(arrangement, SHORT)

    for start in starts:
        span = Span(start, start + 1 + start % 70)
        assert np.array_equal(mix.read(span), known[span.shift(20).slice])
    blocks = [no_samples(arrangement, 0), *mix.blocks(block_samples)]
    assert np.array_equal(np.concatenate(blocks), whole(arrangement, SHORT))


@pytest.mark.parametrize("shape", FadeShape)
def test_long_fades_and_loops_do_not_depend_on_the_blocks(
    monkeypatch: pytest.MonkeyPatch, shape: FadeShape
) -> None:
    source = SoundSource(noise(30_000), 44_100)
    fades = {"fade_in": 40_000, "fade_out": 40_001, "fade_shape": shape}
    arrangement = one_layer(source, loop_length=100_000, loop_phase=7, **fades)
    at_once = whole(arrangement, {"a": source})
    assert np.abs(at_once - summed(arrangement, {"a": source})).max() < ROUNDING

    for block_samples in (997, 4096):
        monkeypatch.setattr(mix_module, "BLOCK_SAMPLES", block_samples)
        assert np.array_equal(whole(arrangement, {"a": source}), at_once)


@settings(deadline=None)
@given(arrangements())
def test_stems_are_as_long_as_the_mix_and_sum_to_it(arrangement: Arrangement) -> None:
    stems = [whole(stem(arrangement, track.track_id), SHORT) for track in arrangement.heard_tracks]

    assert {len(one) for one in stems} == {arrangement.num_samples}
    assert np.abs(sum(stems) - whole(arrangement, SHORT)).max(initial=0) < ROUNDING


@settings(deadline=None)
@given(arrangements(), st.integers(1, 200))
def test_a_split_is_not_heard_outside_of_fades(arrangement: Arrangement, place: int) -> None:
    for layer in arrangement.layers:
        if not layer.fade_in < place - layer.start < layer.length - layer.fade_out:
            continue
        split = arrangement.split_layer(layer.layer_id, place)
        difference = whole(split, SHORT) - whole(arrangement, SHORT)
        assert np.abs(difference).max(initial=0) < ROUNDING  # the sums have another order


def test_two_fades_across_each_other_sum_to_one() -> None:
    ones = SoundSource(np.ones(100, np.float32), RATE)
    for shape in FadeShape:
        first = one_layer(ones, fade_out=50, fade_shape=shape)
        layer = replace(first.layer(2), start=50, fade_in=50, fade_out=0)
        mix = whole(first.add_layer(layer), {"a": ones})
        assert np.abs(mix - 1).max() < 1e-6


def test_an_untouched_layer_is_its_sound_bit_for_bit() -> None:
    source = SoundSource(noise(20_000), RATE)
    mix = whole(one_layer(source, start=11), {"a": source})

    assert not mix[:11].any()
    assert np.array_equal(mix[11:], source.samples)


def test_the_mix_may_exceed_full_scale() -> None:
    ones = SoundSource(np.ones(10, np.float32), RATE)
    doubled = one_layer(ones).duplicate_layer(2, start=0)
    assert np.array_equal(whole(doubled, {"a": ones}), np.full((10, 2), 2, np.float32))


def test_only_what_is_heard_needs_its_sound() -> None:
    arrangement = one_layer(SHORT["a"])
    muted = arrangement.with_layer(replace(arrangement.layer(2), is_muted=True))

    assert Mix(muted, {}).num_samples == 100
    with pytest.raises(KeyError):
        Mix(arrangement, {})


def test_nothing_is_an_empty_mix() -> None:
    mix = Mix(Arrangement(num_channels=1), {})
    assert (mix.num_samples, list(mix.blocks())) == (0, [])
    assert mix.read(Span(5, 9)).tolist() == [0.0] * 4


def eight_layers(seconds: int) -> tuple[Arrangement, dict[str, SoundSource]]:
    arrangement, sources = Arrangement(), {}
    for number in range(8):
        rate = (44_100, 48_000)[number % 2]
        source = SoundSource(noise(seconds * rate, number), rate)
        length = source.length_at(RATE)
        arrangement = arrangement.add_track()
        layer = Layer(
            track_id=arrangement.next_id - 1,
            sound_id=str(number),
            sound_length=length,
            span=Span(0, length),
            fade_in=length // 4,
        )
        arrangement, sources[str(number)] = arrangement.add_layer(layer), source
    return arrangement, sources


def test_memory_does_not_depend_on_the_length() -> None:
    peaks = []
    for seconds in (5, 20):
        arrangement, sources = eight_layers(seconds)
        mix = Mix(arrangement, sources)
        tracemalloc.start()
        for _ in mix.blocks():
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 16 << 20


def test_eight_layers_take_less_than_a_twentieth_of_a_core() -> None:
    arrangement, sources = eight_layers(10)
    mix = Mix(arrangement, sources)
    start_s = time.process_time()
    for _ in mix.blocks(2048):
        pass
    assert time.process_time() - start_s < 0.05 * arrangement.duration_s
