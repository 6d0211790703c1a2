"""A life of one arrangement: it is written again and again, with other sounds each time."""

import itertools
from pathlib import Path

import numpy as np

from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_folder import write_arrangement
from core.arrangement.layer import Layer
from core.arrangement.sound_source import SoundSource
from tests.app.kills.lives import fork_lives, say

LENGTH = 20_000


def sound_of(name: str) -> np.ndarray:
    """The samples that belong to a name."""
    seed = int(name.replace("-", ""))
    return np.random.default_rng(seed).uniform(-1, 1, LENGTH).astype(np.float32)


def live(folder: Path, number: int) -> None:
    """Work until somebody ends it."""
    for step in itertools.count():
        name = f"{number:03}-{step:04}"
        arrangement = Arrangement(sample_rate=16_000, name=name).add_track()
        for sound_id in (name, f"{name}1"):
            layer = Layer(track_id=1, sound_id=sound_id, sound_length=LENGTH, span=Span(0, LENGTH))
            arrangement = arrangement.add_layer(layer)
        sources = {one: SoundSource(sound_of(one), 16_000) for one in arrangement.sound_ids}
        say("keeping", name)
        write_arrangement(folder, arrangement, sources)
        say("kept", name)


if __name__ == "__main__":
    fork_lives(live)
