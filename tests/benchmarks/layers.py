"""`python3 -m tests.benchmarks.layers`: what eight layers of stereo cost to mix, save and export.

Half of them are at 44.1 kHz and half at 48 kHz, all lie on the disk as long takes do, and each has
a gain and fades. Bars: played in blocks of the player, the mix takes at most 30 % of the real time
of one core; memory grows by at most 32 MB, whatever the length.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_folder import read_arrangement, write_arrangement
from core.arrangement.layer import Layer
from core.arrangement.mix import Mix
from core.arrangement.mix_export import write_mix, write_stems
from core.arrangement.sound_source import SoundSource
from core.runtime.spool import Spool
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings, Normalisation
from tests.benchmarks.own_process import forget_peak, peak_mb

NUM_LAYERS = 8
RATES = (44_100, 48_000)
PLAYED_BLOCK, EXPORTED_BLOCK = 2048, 1 << 17
MOST_OF_A_CORE, MOST_GROWTH_MB = 0.3, 32.0


def main() -> int:
    """Measure, print, and say by the exit code whether the bars were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of each layer")
    minutes: float = parser.parse_args().minutes
    arrangement, sources = eight_layers(60 * minutes)
    duration_s = arrangement.duration_s
    print(f"{NUM_LAYERS} layers of {minutes:g} minutes, stereo, mixed at 48 kHz")
    forget_peak()
    before_mb = peak_mb()
    played_s = _cpu_s(lambda: _read(Mix(arrangement, sources), PLAYED_BLOCK))
    growth_mb = peak_mb() - before_mb
    print(f"  in blocks of {PLAYED_BLOCK}: {played_s / duration_s:.2%} of a core")
    print(f"  memory above the start: {growth_mb:.0f} MB")
    read_s = _cpu_s(lambda: _read(Mix(arrangement, sources), EXPORTED_BLOCK))
    print(f"  in blocks of {EXPORTED_BLOCK}: {duration_s / read_s:.0f} times real time")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        for line, work in _works(Path(name), arrangement, sources):
            print(f"  {line}: {_cpu_s(work):.1f} s of a core")
    return int(played_s > MOST_OF_A_CORE * duration_s or growth_mb > MOST_GROWTH_MB)


def eight_layers(seconds: float) -> tuple[Arrangement, dict[str, SoundSource]]:
    """Layers of noise with gains and fades on a track each, and their sounds on the disk."""
    arrangement, sources, rng = Arrangement(), {}, np.random.default_rng(0)
    for number in range(NUM_LAYERS):
        rate = RATES[number % len(RATES)]
        with Spool((2,)) as spool:
            for _ in range(round(seconds)):
                spool.append((0.1 * rng.standard_normal((rate, 2))).astype(np.float32))
            source = SoundSource(spool.mapped(), rate)
        length = source.length_at(arrangement.sample_rate)
        arrangement = arrangement.add_track()
        layer = Layer(
            track_id=arrangement.next_id - 1,
            sound_id=str(number),
            sound_length=length,
            span=Span(0, length),
            gain_db=-number,
            fade_in=length // 8,
            fade_out=length // 8,
        )
        arrangement, sources[str(number)] = arrangement.add_layer(layer), source
    return arrangement, sources


def _works(
    folder: Path, arrangement: Arrangement, sources: dict[str, SoundSource]
) -> list[tuple[str, Callable[[], object]]]:
    home, settings = folder / "layers", ExportSettings(dither=True)
    loud = ExportSettings(dither=True, normalisation=Normalisation.LOUDNESS)
    floats = ExportSettings(audio_format=AudioFormat.WAV_FLOAT)
    stems = {track.track_id: folder / f"{track.track_id}.wav" for track in arrangement.heard_tracks}
    return [
        ("saving the folder", lambda: write_arrangement(home, arrangement, sources)),
        ("saving it again", lambda: write_arrangement(home, arrangement, sources)),
        ("opening it", lambda: read_arrangement(home)),
        ("16 bits", lambda: write_mix(folder / "a.wav", arrangement, sources, settings)),
        ("16 bits at -16 LUFS", lambda: write_mix(folder / "b.wav", arrangement, sources, loud)),
        ("eight stems of floats", lambda: write_stems(stems, arrangement, sources, floats)),
    ]


def _read(mix: Mix, block_samples: int) -> None:
    for _ in mix.blocks(block_samples):
        pass


def _cpu_s(work: Callable[[], object]) -> float:
    """Seconds of processor time that some work takes in this process."""
    start_s = time.process_time()
    work()
    return time.process_time() - start_s


if __name__ == "__main__":
    sys.exit(main())
