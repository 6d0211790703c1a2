"""How good long takes are, beside takes of one window: borders, fine structure, recognition."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.config import Blend, EngineConfig
from core.diffusion.windows import plan_windows
from core.generation import Engine, Take
from core.models.interface import TextToAudioModel
from core.progress import Progress
from core.region import Span
from core.request import BUNDLED_MODEL, GenerationRequest
from core.sound_files.audio_file import AudioWriter
from tests.benchmarks.edit_seams import heard, seams_told, silent_take
from tests.benchmarks.seams import between, fine_energy, overlaps, quiet_share

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

SHORT_TAKES = 4  # for each concept


@dataclass(frozen=True)
class Borders:
    """Frames of the log-mel at which something new begins.

    Attributes:
        denoising: Edges of the windows of the denoiser.
        decoding: Edges of the decoder's windows and of their fades.
        vocoding: Edges of the vocoder's blocks.
    """

    denoising: list[int]
    decoding: list[int]
    vocoding: list[int]


def measure_quality(
    duration_s: float,
    blends: Sequence[Blend],
    num_concepts: int,
    judge: Path | None,
    num_steps: int,
) -> Iterator[str]:
    """Lines that tell what was measured with each way to join windows."""
    engine = Engine()
    model = engine.load(BUNDLED_MODEL, Progress())
    window_s = model.card.window_frames * model.mel.hop_length / model.mel.sample_rate
    concepts = _concepts(num_concepts)
    short = [
        _take(engine, concept, window_s, num_steps, seed=100 + seed)
        for concept in concepts
        for seed in range(SHORT_TAKES)
    ]
    for blend in blends:
        engine.configure(EngineConfig(blend=blend))
        yield f"\n{blend}: {duration_s:g} s of each of {', '.join(concepts)}"
        takes = [_take(engine, concept, duration_s, num_steps, seed=1) for concept in concepts]
        yield from _borders_told(model, takes)
        yield from _fine_structure_told(model, takes, short)
        if judge is not None:
            yield from _recognition_told(judge, model, takes, short)
    yield from seams_told(engine, model, takes, _silence(engine, takes[0]))


def _concepts(count: int) -> list[str]:
    """Concepts of the bundled model, evenly picked."""
    from bundled_model.data.concepts import CONCEPT_NAMES

    return list(CONCEPT_NAMES[:: len(CONCEPT_NAMES) // count][:count])


def _take(engine: Engine, prompt: str, duration_s: float, num_steps: int, seed: int) -> Take:
    return engine.generate(
        GenerationRequest(
            prompt=prompt, duration_s=duration_s, num_inference_steps=num_steps, seed=seed
        )
    )


def _silence(engine: Engine, like: Take) -> Take:
    with tempfile.TemporaryDirectory() as folder:
        sound = str(Path(folder) / "silence.wav")
        with AudioWriter(sound, like.sample_rate) as writer:
            writer.write(np.zeros(len(like.waveform), np.float32))
        return silent_take(engine, like, sound)


def _heard(take: Take) -> np.ndarray:
    """The log-mel (T, F) of a take's samples."""
    return heard(take.waveform)


def _windows(model: TextToAudioModel, take: Take) -> list[Span]:
    """The denoiser's windows, in mel frames."""
    plan = plan_windows(model, take.latents.shape[1])
    return [window.scale(model.time_scale) for window in plan.windows]


def _borders(model: TextToAudioModel, take: Take) -> Borders:
    denoised, plan = _windows(model, take), take.plan
    decoded = [span.scale(plan.scale) for w in plan.windows for span in (w.read, w.fade)]
    block = getattr(model.vocoder, "block_frames", None) or model.vocoder.chunk_frames
    return Borders(
        denoising=sorted({edge for span in denoised for edge in (span.start, span.stop)}),
        decoding=sorted({edge for span in decoded for edge in (span.start, span.stop)}),
        vocoding=list(range(block, len(take.mel), block)),
    )


def _borders_told(model: TextToAudioModel, takes: list[Take]) -> Iterator[str]:
    for name in ("denoising", "decoding", "vocoding"):
        shares = [quiet_share(_heard(take), getattr(_borders(model, take), name)) for take in takes]
        yield f"  borders of {name} that are not heard: {np.mean(shares):.3f} (wanted: 0.9)"


def _fine_structure_told(
    model: TextToAudioModel, takes: list[Take], short: list[Take]
) -> Iterator[str]:
    """Energy of fine structure, each concept beside its own takes of one window."""
    at_overlaps, elsewhere = [], []
    for index, take in enumerate(takes):
        own = short[index * SHORT_TAKES : (index + 1) * SHORT_TAKES]
        one_window = np.mean([fine_energy(s.mel, [Span(0, len(s.mel))]) for s in own])
        shared = overlaps(_windows(model, take))
        at_overlaps.append(fine_energy(take.mel, shared) / one_window)
        elsewhere.append(fine_energy(take.mel, between(shared, len(take.mel))) / one_window)
    yield (
        f"  fine structure beside one window's: {np.median(at_overlaps):.2f}x where windows "
        f"overlap, {np.median(elsewhere):.2f}x elsewhere (medians)"
    )


def _recognition_told(
    judge: Path, model: TextToAudioModel, takes: list[Take], short: list[Take]
) -> Iterator[str]:
    from bundled_model.data.concepts import CONCEPT_NAMES
    from bundled_model.judge.network import Judge
    from bundled_model.judge.task import recognise

    network = Judge().eval()
    network.load_state_dict(torch.load(judge, map_location="cpu", weights_only=True)["averaged"])

    def share(take: Take) -> float:
        frames = model.card.window_frames
        mel = torch.from_numpy(_heard(take)).split(frames)
        clips = torch.stack([part for part in mel if len(part) == frames]).unsqueeze(1)
        wanted = CONCEPT_NAMES.index(take.request.prompt)
        return float((recognise(network, clips) == wanted).float().mean())

    long, alone = [share(take) for take in takes], [share(take) for take in short]
    by_concept = np.reshape(alone, (len(takes), SHORT_TAKES)).mean(axis=1)
    yield (
        f"  recognised: {np.mean(long):.3f} of the windows of long takes, {np.mean(alone):.3f} of "
        f"takes of one window: {np.mean(long) / np.mean(alone):.2f} of it (wanted: 0.8)"
    )
    for take, in_long, in_short in zip(takes, long, by_concept, strict=True):
        yield f"    {take.request.prompt:20} {in_long:.2f}  {in_short:.2f}"
