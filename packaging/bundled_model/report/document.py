"""The report's folder: figures, pictures, and the words about them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.report.codec import through_codec
from bundled_model.report.contact_sheet import write_contact_sheet
from bundled_model.report.curves import TITLES, write_curves
from bundled_model.report.figures import Listening, measure_figures, read_figures
from bundled_model.report.generation import Clips, generate_concepts
from bundled_model.report.text import report_text
from bundled_model.settings import Settings
from core.api.progress import Progress
from core.models.loader import load_model
from core.models.text_to_audio_model import TextToAudioModel


@dataclass(frozen=True)
class Run:
    """How a model was made: its settings and the curves of its trainings, by name."""

    settings: Settings
    curves: Mapping[str, Sequence[dict[str, float]]]


def write_report(folder: Path, model_folder: Path, listening: Listening, run: Run) -> None:
    """Measure the model folder and write REPORT.md, its curves, its sheet and report.json."""
    torch.set_num_threads(run.settings.processes)
    folder.mkdir(parents=True, exist_ok=True)
    model = load_model(
        str(model_folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    generated = generate_concepts(model, listening.concepts, run.settings.seeds)
    for name, curve in run.curves.items():
        write_curves(folder / f"{name}.svg", TITLES[name], curve)
    _write_sheet(folder / "contact_sheet.png", model, listening, generated)
    figures = measure_figures(model, listening, generated, run.settings)
    text = json.dumps(asdict(figures), indent=1)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    write_text(folder)


def write_text(folder: Path) -> None:
    """Write REPORT.md about the figures of the folder's report.json."""
    figures = read_figures(folder / "report.json")
    (folder / "REPORT.md").write_text(report_text(figures), encoding="utf-8")


def _write_sheet(path: Path, model: TextToAudioModel, listening: Listening, made: Clips) -> None:
    """Draw one real, one decoded and one generated clip of every concept."""
    concepts, held_out = listening.concepts, listening.held_out
    first = {plan.concept: number for number, plan in reversed([*enumerate(held_out.plans)])}
    real = held_out.log_mels(torch.tensor([first[concept] for concept in concepts]))
    seeds = len(made.log_mels) // len(concepts)
    names = [CONCEPT_NAMES[concept] for concept in concepts]
    write_contact_sheet(path, names, (real, through_codec(model, real), made.log_mels[::seeds]))
