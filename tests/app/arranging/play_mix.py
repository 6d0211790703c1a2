"""A process that plays eight layers through the studio's player, and reports how it went."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from app.arranging.live_mix import LiveMix
from app.playback.player import Player
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer
from core.arrangement.sound_source import SoundSource

SOUND_RATE, DURATION_S = 16_000, 4.0
_NUM_LAYERS = 8
_PATIENCE_S = 20.0


def sample_mix() -> tuple[Arrangement, dict[str, SoundSource]]:
    """Eight tones, at the rate of the bundled model, on a track each; one of them is faded."""
    times = np.arange(round(DURATION_S * SOUND_RATE)) / SOUND_RATE
    arrangement, sources = Arrangement(), {}
    for number in range(_NUM_LAYERS):
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * (0.3 + 0.11 * number) * times)
        tone = 0.08 * swell * np.sin(2 * np.pi * (131 + 97 * number) * times)
        source = sources[str(number)] = SoundSource(tone.astype(np.float32), SOUND_RATE)
        arrangement = arrangement.add_track()
        length = source.length_at(arrangement.sample_rate)
        layer = Layer(
            track_id=arrangement.tracks[-1].track_id,
            sound_id=str(number),
            sound_length=length,
            span=Span(0, length),
            fade_in=length // 2 if number == 0 else 0,
        )
        arrangement = arrangement.add_layer(layer)
    return arrangement, sources


@contextmanager
def closing(player: Player) -> Iterator[Player]:
    """Close it afterwards."""
    try:
        yield player
    finally:
        player.close()


def main() -> None:
    """Play from the start to the end; print the report as JSON."""
    arrangement, sources = sample_mix()
    mix = LiveMix(arrangement.sample_rate, arrangement.num_channels)
    mix.change(arrangement, sources)
    tick = threading.Event()
    with closing(Player()) as player:
        player.begin_mix(mix)
        player.play()
        while player.position_s == 0 and not player.silent_reason:  # the device opens meanwhile
            tick.wait(0.02)
        begin_s, used_s = time.perf_counter(), time.process_time()
        while player.is_playing and time.perf_counter() - begin_s < _PATIENCE_S:
            tick.wait(0.05)
        took_s, used_s = time.perf_counter() - begin_s, time.process_time() - used_s
        report = {
            "silent_reason": player.silent_reason,
            "ended": not player.is_playing,
            "share_of_a_core": used_s / took_s,
        }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
