"""How good long takes are, beside takes of one window: borders, fine structure, recognition."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.api.config import Blend, EngineConfig, TilingConfig, TilingMode
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import BUNDLED_MODEL, GenerationRequest
from core.api.take import Take
from core.diffusion.windows import plan_windows
from core.engine import Engine
from core.models.folder import BUNDLED_FOLDER, read_json
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.mel_decoder import tiling_for
from core.sound_files.encoding.audio_writer import AudioWriter
from core.tiled_vae import TiledVAE
from tests.benchmarks.edit_seams import heard, seam_lines, silent_take
from tests.benchmarks.recognition import recognition_lines
from tests.benchmarks.seams import between, fine_energy, flux_ranks, halfway, overlaps, share_text

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

SHORT_TAKES = 8  # for each concept; four were too few to tell 0.8 from 1


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
        yield from _border_lines(model, takes)
        yield _streaming_line(model, takes[0])
        yield from _fine_structure_lines(model, takes, short)
        if judge is not None:
            yield from recognition_lines(judge, model.card.window_frames, takes, short)
    yield from seam_lines(engine, model, takes, _silence(engine, takes[0]))


def _concepts(count: int) -> list[str]:
    """Concepts of the bundled model, evenly picked."""
    names: list[str] = read_json(BUNDLED_FOLDER / "tessera.json")["concepts"]
    return names[:: len(names) // count][:count]


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
    denoised = _windows(model, take)
    tiling = tiling_for(model, take.latents.shape[1], take.config)
    plan = TiledVAE(model.vae, tiling).plan_decode((1, *take.latents.shape))
    decoded = [span.scale(plan.scale) for w in plan.windows for span in (w.read, w.fade)]
    block = getattr(model.vocoder, "block_frames", None) or model.vocoder.chunk_frames
    return Borders(
        denoising=sorted({edge for span in denoised for edge in (span.start, span.stop)}),
        decoding=sorted({edge for span in decoded for edge in (span.start, span.stop)}),
        vocoding=list(range(block, len(take.mel), block)),
    )


def _border_lines(model: TextToAudioModel, takes: list[Take]) -> Iterator[str]:
    """Of each kind of border in all takes, and of places halfway between, how many are unheard."""
    known = [(_heard(take), _borders(model, take)) for take in takes]
    for name in ("denoising", "decoding", "vocoding"):
        of_kind = [(mel, getattr(borders, name)) for mel, borders in known]
        at_borders = np.concatenate([flux_ranks(mel, places) for mel, places in of_kind])
        between_them = np.concatenate(
            [flux_ranks(mel, places, halfway(places)) for mel, places in of_kind]
        )
        yield f"  borders of {name} that are not heard: {share_text(at_borders)} (wanted: 0.9)"
        yield f"    places halfway between them: {share_text(between_them)}"


def _streaming_line(model: TextToAudioModel, take: Take) -> str:
    """How far streaming is from the take itself: at 0 it has the same borders."""
    config = EngineConfig(tiling=TilingConfig(mode=TilingMode.STREAMING))
    latents = torch.from_numpy(np.array(take.latents))[None] / model.scaling_factor
    tiling = tiling_for(model, latents.shape[2], config)
    with torch.inference_mode():
        mel = TiledVAE(model.vae, tiling).decode(latents)[0, 0].float().numpy()
    return f"  streaming is off by at most {np.abs(mel - take.mel).max():.4f} in the log-mel"


def _fine_structure_lines(
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
