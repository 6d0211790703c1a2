"""A model's folder in diffusers' format, checked for completeness before anything is loaded."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.api.errors import ModelLoadError
from core.models.family import (
    FAMILIES,
    PHASE_RECONSTRUCTION,
    Component,
    Family,
    find_family,
)
from core.models.snapshot import check_links, find_snapshots
from core.models.weights_file import find_pickle_files, find_weight_files, missing_part
from core.runtime.memory_errors import says_no_memory
from core.runtime.outside_file import parse_json, read_outside_file

INDEX = "model_index.json"
BUNDLED_FOLDER = Path(__file__).parents[2] / "resources" / "models" / "bundled"
_MAX_REASON = 200
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
MAGNITUDE_NETWORK = "magnitude_network"
"""Entry of a phase reconstruction's config with the sizes of its network, where it has one."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with all its files; made by `open_folder`.

    Attributes:
        path: The folder.
        family: The model's family.
        classes: The class of every component, by the component's name.
        merge: Called with a component's name and its network once the weights are loaded, to
            merge LoRAs into them; None = there are none.
        may_round: Whether the denoiser's products may be in bfloat16 where that is faster.
    """

    path: Path
    family: Family
    classes: Mapping[str, str]
    merge: Callable[[str, Any], None] | None = None
    may_round: bool = False

    @property
    def is_distilled(self) -> bool:
        """Whether its files say that the model was distilled to few steps without guidance."""
        return any(
            self.config(component).get(name) == value
            for component, name, value in self.family.marks_of_distillation
        )

    def config(self, component: str) -> dict[str, Any]:
        """The settings of a component."""
        return read_json(self.path / component / self.family.components[component].config)

    def weights(self, component: str) -> tuple[Path, ...]:
        """The safetensors files of a component: one, or the parts of a divided one.

        Where there are none in full precision, those of its fp16 variant.
        """
        stem = self.family.components[component].weights
        return find_weight_files(self.path / component, stem) if stem else ()

    def refuse(self, sentence: str) -> ModelLoadError:
        """An error about this folder."""
        return ModelLoadError(str(self.path), sentence)


def open_folder(path: Path, *, accept_pickles: bool = False) -> ModelFolder:
    """Check that a folder holds a complete model of a supported family.

    Of a repository in Hugging Face's cache, the first of its snapshots that does is opened.

    Args:
        path: The folder.
        accept_pickles: Whether networks may be there as .bin alone, to be converted.

    Raises:
        ModelLoadError: It does not; the sentence says what is missing.
    """
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "there is no such folder"
        raise ModelLoadError(
            str(path), f"{what}; choose the folder of a model in diffusers' format."
        )
    snapshots = find_snapshots(path)
    if snapshots:
        return _open_first(snapshots)
    check_links(path)
    index = _read_index(path)
    family = check_family(str(path), index)
    classes = {
        name: _check_component(path, name, component, index.get(name))
        for name, component in family.components.items()
    }
    folder = ModelFolder(path, family, classes)
    _check_scheduler(folder)
    for name, component in family.components.items():
        if component.weights and not _is_weightless(folder, name):
            _check_weights(folder, name, component.weights, accept_pickles=accept_pickles)
        if component.vocabulary_files:
            _check_vocabulary(folder, name, component.vocabulary_files)
    return folder


def _open_first(snapshots: tuple[Path, ...]) -> ModelFolder:
    """The first snapshot, of one or more, that can be opened.

    Raises:
        ModelLoadError: There is none; the sentence is about the first one.
    """
    refusals = []
    for snapshot in snapshots:
        try:
            return open_folder(snapshot)
        except ModelLoadError as error:
            refusals.append(error)
    raise refusals[0]


def check_family(source: str, index: Mapping[str, Any]) -> Family:
    """The family that the contents of a model_index.json belong to.

    Raises:
        ModelLoadError: Tessera does not run this family.
    """
    family = find_family(index)
    if family is None:
        supported = ", ".join(dict.fromkeys(family.pipeline for family in FAMILIES))
        raise ModelLoadError(
            source,
            f"holds a {index.get('_class_name')}, and Tessera runs these only: {supported}.",
        )
    return family


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ModelLoadError: It cannot be read, or holds something else.
    """
    try:  # a scheduler's file may hold -Infinity
        values = parse_json(read_outside_file(file), allows_infinity=True)
    except OSError as error:
        raise ModelLoadError(str(file), f"cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ModelLoadError(str(file), "is not valid JSON; copy or download it again.") from error
    if not isinstance(values, dict):
        raise ModelLoadError(str(file), "does not hold a JSON object.")
    return values


def _read_index(path: Path) -> dict[str, Any]:
    if not (path / INDEX).is_file():
        raise ModelLoadError(
            str(path),
            f"holds no {INDEX}, so it is not a model in diffusers' format; choose the folder "
            "that holds this file.",
        )
    return read_json(path / INDEX)


def _check_component(path: Path, name: str, component: Component, entry: object) -> str:
    """The class of a component, which has to be in the index and the folder, and supported."""
    if not isinstance(entry, list) or len(entry) != 2 or not all(entry):
        raise ModelLoadError(str(path), f"{INDEX} names no {name}; the model is incomplete.")
    if not (path / name / component.config).is_file():
        raise ModelLoadError(
            str(path), f"{name}/{component.config} is missing; copy or download the whole model."
        )
    config = read_json(path / name / component.config)
    architectures = config.get("architectures") or [entry[1]]
    if not isinstance(architectures, list):
        raise ModelLoadError(str(path), f"{name}/{component.config} names no class.")
    class_name = str(config.get("_class_name") or architectures[0])
    _check_files(path, name)
    if component.classes and class_name not in component.classes:
        supported = " and ".join(component.classes)
        raise ModelLoadError(
            str(path), f"its {name} is a {class_name}; Tessera knows {supported} there."
        )
    return class_name


def _check_files(path: Path, name: str) -> None:
    """Refuse a component with a FIFO or a device: the libraries would wait for it without end."""
    for file in (path / name).iterdir():
        if not file.is_file() and not file.is_dir():
            raise ModelLoadError(
                str(path), f"{name}/{file.name} is no ordinary file; copy the model again."
            )


@contextmanager
def damage_as_sentence(source: str, part: str = "one of its files") -> Iterator[None]:
    """Raise a ModelLoadError where a file of a model holds a value that nothing expected.

    The libraries that read configurations raise whatever an odd value leads to.
    """
    try:
        yield
    except _DAMAGE as error:
        if says_no_memory(error):
            raise
        raise damage_error(source, error, part) from error


def damage_error(source: str, error: Exception, part: str) -> ModelLoadError:
    """The error for a model whose files led to another error."""
    reason = str(error).partition("\n")[0][:_MAX_REASON] or type(error).__name__
    return ModelLoadError(
        source,
        f"{part} holds a value that cannot be used ({reason}); copy or download the "
        "whole model again.",
    )


def _check_scheduler(folder: ModelFolder) -> None:
    """Refuse a denoiser that was trained on other noise than its family's samplers run."""
    name, config = folder.classes["scheduler"], folder.config("scheduler")
    settings = (  # of classes that run both kinds
        ("use_flow_sigmas", True),
        ("prediction_type", "flow_prediction"),
        ("timestep_type", "continuous"),
    )
    odd = [f"{key} {value}" for key, value in settings if config.get(key) == value]
    if name not in folder.family.schedulers or odd:
        what = f"{name} with {odd[0]}" if odd else name
        raise folder.refuse(
            f"its scheduler is a {what}. Tessera runs denoisers of {folder.family.name} with the "
            "noise that its authors trained with, not those of other noise or of distillation."
        )


def _is_weightless(folder: ModelFolder, name: str) -> bool:
    """Whether a component is a phase reconstruction without a network for its magnitudes."""
    is_reconstruction = folder.classes[name] == PHASE_RECONSTRUCTION
    return is_reconstruction and MAGNITUDE_NETWORK not in folder.config(name)


def _check_weights(folder: ModelFolder, name: str, stem: str, *, accept_pickles: bool) -> None:
    files = folder.weights(name)
    if accept_pickles:
        files = files or find_pickle_files(folder.path / name, stem)
    missing = missing_part([file.name for file in files])
    if missing:
        raise folder.refuse(f"{name}/{missing} is missing; copy or download the whole model.")
    if files:
        return
    wanted = f"{name}/{stem}.safetensors"
    if any((folder.path / name).glob("*.bin")):
        raise folder.refuse(
            f"{name} has its weights as .bin only, of which Tessera runs a converted copy; add "
            "this folder in the studio, or name it with --model and --convert."
        )
    raise folder.refuse(f"{wanted} is missing; copy or download the whole model.")


def _check_vocabulary(
    folder: ModelFolder, name: str, vocabulary_files: tuple[tuple[str, ...], ...]
) -> None:
    component_folder = folder.path / name
    if not any(
        all((component_folder / file).is_file() for file in files) for files in vocabulary_files
    ):
        wanted = ", or ".join(" and ".join(files) for files in vocabulary_files)
        raise folder.refuse(f"{name} holds no words ({wanted}); copy or download the whole model.")
