"""Whether long takes are recognised as well as short ones, by the bundled model's judge.

The bar is one for each concept: of the windows of its long takes, at least 0.8 times as many are
recognised as of its takes of one window. A concept that is never recognised in short takes has
no such ratio; it is given by itself, as a matter of the model and not of its length.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from core.api.take import Take
from core.mel import log_mel_spectrogram

WANTED_RATIO = 0.8


def recognition_lines(
    judge: Path, window_frames: int, takes: Sequence[Take], short: Sequence[Take]
) -> Iterator[str]:
    """Lines that tell the rates over all concepts, then of each.

    Args:
        judge: Weights of the judge.
        window_frames: Mel frames that it hears at a time.
        takes: A long take of each concept, which is its prompt.
        short: Takes of one window: as many of each concept, in the order of the long ones.
    """
    long = rates(judge, window_frames, takes)
    alone = rates(judge, window_frames, short).reshape(len(takes), -1).mean(axis=1)
    known = alone > 0
    ratios = np.divide(long, alone, out=np.full(len(takes), np.nan), where=known)
    reached = int(np.sum(ratios[known] >= WANTED_RATIO))
    yield (
        f"  recognised: {long.mean():.3f} of the windows of long takes, {alone.mean():.3f} of "
        f"takes of one window; {reached} of {known.sum()} concepts reach {WANTED_RATIO:g} of it, "
        f"{(~known).sum()} are never recognised in short takes"
    )
    for take, in_long, in_short, ratio in zip(takes, long, alone, ratios, strict=True):
        yield f"    {take.request.prompt:20} {in_long:.2f}  {in_short:.2f}  {ratio:.2f}"


def rates(judge: Path, window_frames: int, takes: Sequence[Take]) -> np.ndarray:
    """The share (n,) of whole windows of each take that the judge hears as the take's prompt."""
    from bundled_model.data.clip import MEL
    from bundled_model.data.concepts import CONCEPT_NAMES
    from bundled_model.judge.network import Judge
    from bundled_model.judge.task import recognise

    network = Judge().eval()
    network.load_state_dict(torch.load(judge, map_location="cpu", weights_only=True)["averaged"])

    def rate(take: Take) -> float:
        waveform = torch.from_numpy(take.waveform)[None]
        parts = log_mel_spectrogram(waveform, MEL)[0, 0].split(window_frames)
        clips = torch.stack([part for part in parts if len(part) == window_frames]).unsqueeze(1)
        wanted = CONCEPT_NAMES.index(take.request.prompt)
        return float((recognise(network, clips) == wanted).float().mean())

    return np.array([rate(take) for take in takes])
