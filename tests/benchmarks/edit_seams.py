"""Whether edits can be heard at their edges: repairs, continuations and loops of long takes.

Endless sound is heard beside them: it is one continuation after another. The prompt of an edit is
that of its take, so that nothing changes there but the seam.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.edit import Edit, EditKind
from core.api.take import Take
from core.editing.edit_site import edited_region
from core.engine import Engine
from core.mel import log_mel_spectrogram
from core.models.text_to_audio_model import TextToAudioModel
from core.tiled_vae.planning.context_windows import OVERLAP
from tests.benchmarks.seams import flux_ranks, share_text

ADDED_S = 5.0
REPAIRED_S = 2.0
SEEDS = (11, 12)
PASSAGES = 5  # of endless sound


def seam_lines(
    engine: Engine, model: TextToAudioModel, takes: Sequence[Take], silence: Take
) -> Iterator[str]:
    """Lines that tell of each kind of edit how many of its edges are not heard."""
    yield "\nedits of these takes, each under its own prompt:"
    kinds = {
        "a repair": _repair,
        "continuing": _continuation,
        "a loop": _loop,
        "endless sound": _endless,
    }
    for name, edges_of in kinds.items():
        found = [edges_of(engine, model, take, seed) for take in takes for seed in SEEDS]
        ranks = np.concatenate([flux_ranks(mel, edges) for mel, edges in found])
        yield (
            f"  edges of {name} that are not heard: {share_text(ranks)} (wanted: 0.9); their flux "
            f"is louder than {np.median(ranks):.2f} of that elsewhere (median)"
        )
    level_db = 20 * np.log10(np.sqrt(np.mean(np.square(silence.waveform))) + 1e-9)
    yield f"  silence stays at {level_db:.0f} dB"


def heard(waveform: FloatArray) -> FloatArray:
    """The log-mel (T, F) of samples."""
    return log_mel_spectrogram(torch.from_numpy(np.array(waveform))[None])[0, 0].numpy()


def _repair(
    engine: Engine, model: TextToAudioModel, take: Take, seed: int
) -> tuple[FloatArray, list[int]]:
    middle_s = len(take.waveform) / take.sample_rate / 2
    edit = Edit(
        kind=EditKind.REGENERATE,
        prompt=take.request.prompt,
        seed=seed,
        start_s=middle_s - REPAIRED_S / 2,
        stop_s=middle_s + REPAIRED_S / 2,
    )
    time = edited_region(edit, model.mel, take.latents.shape[1], model.time_scale).time
    edges = time.scale(model.time_scale)
    return heard(engine.edit(take, edit).waveform), [edges.start, edges.stop]


def _continuation(
    engine: Engine, model: TextToAudioModel, take: Take, seed: int
) -> tuple[FloatArray, list[int]]:
    edit = Edit(
        kind=EditKind.CONTINUE_RIGHT, prompt=take.request.prompt, seed=seed, added_s=ADDED_S
    )
    join = len(take.waveform) // model.mel.hop_length
    return heard(engine.edit(take, edit).waveform), [join]


def _loop(
    engine: Engine, model: TextToAudioModel, take: Take, seed: int
) -> tuple[FloatArray, list[int]]:
    """The loop is heard twice; where it starts again is an edge."""
    edit = Edit(kind=EditKind.LOOP, prompt=take.request.prompt, seed=seed)
    loop = np.array(engine.edit(take, edit).waveform)
    return heard(np.concatenate([loop, loop])), [len(loop) // model.mel.hop_length]


def _endless(
    engine: Engine, model: TextToAudioModel, take: Take, seed: int
) -> tuple[FloatArray, list[int]]:
    """Each passage after the first begins with a fade out of the one before."""
    sound = engine.endless(replace(take.request, seed=seed))
    made = list(islice(sound, PASSAGES))
    joins = np.cumsum([len(passage.mel) for passage in made])
    edges = {*joins.tolist(), *(joins + model.card.window_frames // OVERLAP).tolist()}
    return heard(np.concatenate([passage.samples for passage in made])), sorted(edges)


def silent_take(engine: Engine, like: Take, sound: str) -> Take:
    """A take made of a silent sound file without changing it."""
    return engine.generate(
        replace(like.request, prompt="", init_audio=sound, strength=0.0, num_inference_steps=1)
    )
