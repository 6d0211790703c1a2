"""A process that plays until its input ends, and writes a line whenever the state changes."""

import json
import sys
import threading

import numpy as np

from app.playback.player import Player

_RATE = 16000


def main() -> None:
    """Play a minute; then close the player, and name the threads that are left."""
    player, tick, is_over = Player(), threading.Event(), threading.Event()
    player.begin(_RATE, 60 * _RATE)
    player.append(0, np.full(60 * _RATE, 0.1, np.float32))
    player.play()
    threading.Thread(target=lambda: (sys.stdin.read(), is_over.set()), daemon=True).start()
    shown = None
    while not is_over.is_set():
        moves_from_s = player.position_s
        tick.wait(0.3)
        state = {
            "is_playing": player.is_playing,
            "moves": player.position_s > moves_from_s,
            "silent_reason": player.silent_reason,
        }
        if state != shown:
            print(json.dumps(state), flush=True)
            shown = state
    player.close()
    print(json.dumps({"threads": [thread.name for thread in threading.enumerate()]}), flush=True)


if __name__ == "__main__":
    main()
