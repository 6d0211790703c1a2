"""A process that plays a growing tone through the studio's player, and reports how it went."""

import json
import sys
import threading
import time

import numpy as np

from app.playback.player import Player

SAMPLE_RATE = 16000
FREQUENCY_HZ = 440.0
DURATION_S = 1.5
_PIECE = 2000
_PATIENCE_S = 20.0


def main() -> None:
    """Play, the samples arriving twice as fast as they are heard; print the report as JSON."""
    time_s = np.arange(round(DURATION_S * SAMPLE_RATE)) / SAMPLE_RATE
    tone = (0.5 * np.sin(2 * np.pi * FREQUENCY_HZ * time_s)).astype(np.float32)
    player, tick = Player(), threading.Event()
    player.begin(SAMPLE_RATE, len(tone))
    player.append(0, tone[: 4 * _PIECE])
    player.play()
    positions = []
    begin_s = time.perf_counter()
    for start in range(4 * _PIECE, len(tone), _PIECE):
        tick.wait(_PIECE / SAMPLE_RATE / 2)
        player.append(start, tone[start : start + _PIECE])
        positions.append(player.position_s)
    while player.is_playing and time.perf_counter() - begin_s < _PATIENCE_S:
        tick.wait(0.02)
        positions.append(player.position_s)
    took_s = time.perf_counter() - begin_s
    report = {
        "silent_reason": player.silent_reason,
        "ended": not player.is_playing,
        "position_s": player.position_s,
        "went_forward": positions == sorted(positions),
        "took_s": took_s,
    }
    player.close()
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
