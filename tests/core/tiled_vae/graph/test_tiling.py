import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import Reach, whole_region
from core.tiled_vae.graph.tiling import Tiling, padded_tiles, shared_tiles

sizes = st.integers(1, 20)


def cells(region: Region) -> set[tuple[int, int]]:
    return {
        (time, bins)
        for time in range(region.time.start, region.time.stop)
        for bins in range(region.bins.start, region.bins.stop)
    }


def check_cover(tiling: Tiling, area: Region) -> None:
    cores = [cells(tile.core) for tile in tiling.tiles]
    assert set.union(*cores) == cells(area)
    assert sum(map(len, cores)) == area.area


@given(sizes, sizes, sizes, sizes)
def test_shared_tiles_cover_the_plane_exactly_once(
    frames: int, bins: int, tile_frames: int, tile_bins: int
) -> None:
    area = whole_region(frames, bins)
    check_cover(shared_tiles(area, (tile_frames, tile_bins)), area)


@given(sizes, sizes, sizes, sizes, st.integers(0, 4))
def test_cores_of_padded_tiles_cover_the_plane_exactly_once(
    frames: int, bins: int, tile_frames: int, tile_bins: int, padding: int
) -> None:
    area = whole_region(frames, bins)
    check_cover(padded_tiles(area, (tile_frames, tile_bins), padding), area)


planes = st.builds(whole_region, sizes, sizes)


@given(planes, st.tuples(sizes, sizes), st.integers(0, 7), st.sampled_from([1, 2, 4]))
def test_neighbouring_tiles_hold_a_window_exactly_once(
    area: Region, size: tuple[int, int], halo: int, up: int
) -> None:
    scale = Reach(up=up)
    tiling = shared_tiles(area, size)
    for tile in tiling.tiles:
        padded, limit = scale.resize(tile.padded), scale.resize(area)
        window = Region(
            padded.time.expand(halo, halo, limit.time), padded.bins.expand(halo, halo, limit.bins)
        )
        parts = list(tiling.overlapping(tile, window, scale))
        assert sum(part.area for _, part in parts) == window.area
        assert set.union(*(cells(part) for _, part in parts)) == cells(window)
        assert all(cells(part) <= cells(scale.resize(other.padded)) for other, part in parts)


def test_a_padded_tile_reads_itself_only() -> None:
    tiling = padded_tiles(whole_region(60, 8), (10, 8), padding=4)
    tile = tiling.tiles[1]
    assert list(tiling.overlapping(tile, tile.padded, Reach())) == [(tile, tile.padded)]


@pytest.mark.parametrize("unit", [2, 4, 8])
def test_tiles_of_an_encoder_start_at_multiples_of_its_scale(unit: int) -> None:
    tiling = shared_tiles(whole_region(61, 64), (16, 64), unit)
    assert all(tile.core.time.start % unit == 0 for tile in tiling.tiles)
    assert tiling.tiles[-1].core.time.stop == 61
    assert tiling.tiles[0].core.bins == Span(0, 64)
