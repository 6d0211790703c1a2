"""Converts weights, in a process that does nothing else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core.api.errors import ModelLoadError
from core.models.card_file import ORIGIN
from core.models.conversion.bin_folder import (
    copy_other_files,
    family_of,
    pickled_components,
    read_network,
)
from core.models.conversion.confinement import confine
from core.models.conversion.original_checkpoint import ModelPlan, plan_model
from core.models.conversion.safetensors_writer import total_bytes, write_safetensors
from core.models.conversion.stored_tensor import WritableTensors
from core.models.conversion.torch_file import read_tensors
from core.models.conversion.vocabularies import (
    VOCABULARIES,
    choose_folder,
    write_phonemes,
    write_vocabulary,
)
from core.models.family import AUDIOLDM2_SPEECH, Family
from core.models.folder import INDEX, read_json

CONVERTED_FROM = "converted_from"
"""Entry of origin.json with the path of the original."""
PROGRESS, FAILED, DONE = "progress", "failed", "done"
OnProgress = Callable[[int, int], None]
"""Called with how many bytes are written, and with how many there will be."""
_MAX_REASON = 200
_REPORT_BYTES = 16 << 20
_LIBRARIES = {  # in model_index.json
    "UNet2DConditionModel": "diffusers",
    "AutoencoderKL": "diffusers",
    "AudioLDM2UNet2DConditionModel": "audioldm2",
    "AudioLDM2ProjectionModel": "audioldm2",
}


class Job(Protocol):
    """What a process is to do."""

    @property
    def source(self) -> Path:
        """What it reads."""

    @property
    def target(self) -> Path:
        """The only folder that it may write into; it exists and is empty."""

    def carry_out(self, on_progress: OnProgress) -> None:
        """Do it.

        Raises:
            ModelLoadError: The source holds something else than it should.
            OSError: A file cannot be read or written.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionJob:
    """A model that is to be converted.

    Attributes:
        source: A checkpoint, or a folder in diffusers' format.
        original: What a person has: `source`, or the repository that holds it.
        name: What a person calls the model.
        target: The folder to write into.
        vocabularies: Folders that hold each vocabulary, by the tokenizer's name.
    """

    source: Path
    original: Path
    name: str
    target: Path
    vocabularies: dict[str, tuple[Path, ...]]

    def carry_out(self, on_progress: OnProgress) -> None:
        """Write the model's folder.

        Raises:
            ModelLoadError: It is no model that Tessera runs.
            OSError: A file cannot be read or written.
        """
        if self.source.is_dir():
            weights, family = _plan_folder(self)
        else:
            plan = plan_model(self.source, read_tensors(self.source))
            weights, family = plan.weights, plan.family
            _write_settings(self, plan)
        files = {
            self.target / name / f"{family.components[name].weights}.safetensors": tensors
            for name, tensors in weights.items()
        }
        write_networks(files, on_progress)
        _write_origin(self)


def run(job: Job, connection: Connection) -> None:
    """Carry out a job, and report on it; the entry of the process."""
    np.zeros(1)  # what numpy imports late, it imports now
    try:
        confine(job.target)
        job.carry_out(lambda done, total: connection.send((PROGRESS, done, total)))
    except ModelLoadError as error:
        connection.send((FAILED, str(error).removeprefix(f"{error.source}: "), error.source))
    except MemoryError:
        sentence = "asks for more memory than a conversion may take; it is damaged."
        connection.send((FAILED, sentence, str(job.source)))
    except OSError as error:
        sentence = f"could not be converted ({error.strerror or error}); make room and try again."
        connection.send((FAILED, sentence, str(job.source)))
    except Exception as error:  # the edge of the process
        reason = f"{type(error).__name__}: {error}"[:_MAX_REASON]
        sentence = f"could not be converted; it holds something unforeseen ({reason})."
        connection.send((FAILED, sentence, str(job.source)))
    else:
        connection.send((DONE,))


def write_networks(files: Mapping[Path, WritableTensors], on_progress: OnProgress) -> None:
    """Write the tensors of several networks, each into its file.

    Raises:
        OSError: The disk is full, or a source cannot be read.
    """
    total, done, reported = sum(map(total_bytes, files.values())), 0, 0

    def on_bytes(count: int) -> None:
        nonlocal done, reported
        done += count
        if done - reported >= _REPORT_BYTES or done == total:
            reported = done
            on_progress(done, total)

    for file, tensors in files.items():
        write_safetensors(file, tensors, on_bytes)


def _write_origin(job: ConversionJob) -> None:
    """Say in the model's folder where it came from."""
    origin = {"source": job.name}
    if (job.target / ORIGIN).is_file():  # a download's own, with its licence
        origin |= read_json(job.target / ORIGIN)
    else:
        origin |= {CONVERTED_FROM: str(job.original)}
    (job.target / ORIGIN).write_text(json.dumps(origin, indent=2), encoding="utf-8")


def _plan_folder(job: ConversionJob) -> tuple[dict[str, WritableTensors], Family]:
    """The networks to convert in a folder; everything else of it is copied."""
    family = family_of(job.source)
    weights = {name: read_network(files) for name, files in pickled_components(job.source).items()}
    copy_other_files(job.source, job.target, family)
    return weights, family


def _write_settings(job: ConversionJob, plan: ModelPlan) -> None:
    """Write all of a model's folder but its weights."""
    chosen = {
        vocabulary: choose_folder(
            job.source,
            vocabulary,
            job.vocabularies[vocabulary.component],
            plan.configs[vocabulary.encoder]["vocab_size"],
        )
        for vocabulary in VOCABULARIES
        if vocabulary.is_of(plan.family)
    }
    for vocabulary, folder in chosen.items():
        write_vocabulary(vocabulary, folder, job.target / vocabulary.component)
    index: dict[str, Any] = {"_class_name": plan.family.pipeline}
    index |= {each.component: ["transformers", f"{each.class_name}Fast"] for each in chosen}
    if plan.family is AUDIOLDM2_SPEECH:
        length = plan.configs["projection_model"]["max_seq_length"]
        write_phonemes(job.target / "tokenizer_2", length)
        index["tokenizer_2"] = ["transformers", "VitsTokenizer"]
    for name, config in plan.configs.items():
        class_name = config.get("_class_name") or config["architectures"][0]
        is_scheduler = name == "scheduler"
        library = "diffusers" if is_scheduler else _LIBRARIES.get(class_name, "transformers")
        index[name] = [library, class_name]
        (job.target / name).mkdir()
        file = plan.family.components[name].config
        (job.target / name / file).write_text(json.dumps(config, indent=2), encoding="utf-8")
    (job.target / INDEX).write_text(json.dumps(index, indent=2), encoding="utf-8")
