"""Reads LoRAs that are pickles, in a process that runs nothing of them and keeps no copy."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.conversion.conversion_worker import OnProgress, write_networks
from core.models.conversion.safetensors_writer import total_bytes
from core.models.conversion.stored_tensor import WritableTensors
from core.models.conversion.torch_file import read_tensors
from core.runtime.outside_file import check_regular

_COPY = "adapter.safetensors"


@dataclass(frozen=True, slots=True)
class AdapterJob:
    """A LoRA whose tensors are to be written as safetensors.

    Attributes:
        source: The pickle.
        target: The folder to write into.
    """

    source: Path
    target: Path

    def carry_out(self, on_progress: OnProgress) -> None:
        """Write the tensors under their names.

        Raises:
            ModelLoadError: It is no file of torch, is damaged, or would run a program.
            OSError: A file cannot be read or written.
        """
        tensors: WritableTensors = dict(read_tensors(self.source))
        if total_bytes(tensors) > self.source.stat().st_size:
            raise ModelLoadError(
                str(self.source), "has tensors that are larger than the file; it is damaged."
            )
        write_networks({self.target / _COPY: tensors}, on_progress)


def unpickle(file: Path, progress: Progress) -> bytes:
    """The tensors of a pickle, in the form of a safetensors file.

    Raises:
        ModelLoadError: It is no file of torch, is damaged, or would run a program; or there is no
            room for a temporary copy.
        Cancelled: The run was cancelled through `progress`.
    """
    from core.models.conversion.conversion_process import convert_in_process

    try:
        check_regular(file)
    except OSError as error:
        raise ModelLoadError(str(file), f"cannot be read ({error.strerror}).") from error
    try:
        with TemporaryDirectory() as name:
            folder = Path(name)
            convert_in_process(AdapterJob(file.absolute(), folder), progress)
            return (folder / _COPY).read_bytes()
    except OSError as error:
        raise ModelLoadError(
            str(file),
            f"is read by way of a temporary copy, which cannot be stored ({error.strerror}); make "
            "room and try again.",
        ) from error
