"""The errors that Tessera raises, each with a sentence that a person can act on.

Every error is a `TesseraError`; its `str()` says what happened, what it means and what to do.
`Cancelled` is none of them: a cancelled run has not failed.
"""

import traceback

from core.api.byte_count import size_text


class TesseraError(Exception):
    """Root of every error that Tessera raises on purpose."""


class InvalidRequestError(TesseraError):
    """A request that cannot be carried out as written.

    Attributes:
        field: Name of the offending field of the request or configuration.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class ModelLoadError(TesseraError):
    """A model that is missing, incomplete, damaged or of a family not supported."""

    def __init__(self, source: str, sentence: str) -> None:
        super().__init__(f"{source}: {sentence}")
        self.source = source


class NotAgreedError(TesseraError):
    """A model that has to be downloaded, and no person has agreed to that yet.

    Attributes:
        source: Hub id of the model.
        size_bytes: Size of the download.
        licence: Its licence, as an SPDX identifier or in its owners' words.
        pickled_bytes: Size of the weights that are converted after the download; 0 = none.
    """

    def __init__(self, source: str, size_bytes: int, licence: str, pickled_bytes: int = 0) -> None:
        super().__init__(
            f"{source} is not on this machine: it is a download of {size_text(size_bytes)} "
            f"under the licence {licence}. Agree to both to get it."
            + (" Its weights are pickles, which are then converted." if pickled_bytes else "")
        )
        self.source = source
        self.size_bytes = size_bytes
        self.licence = licence
        self.pickled_bytes = pickled_bytes


class NotConvertedError(TesseraError):
    """A model whose weights have to be converted, and no person has agreed to that yet.

    Attributes:
        source: The checkpoint, or the model's folder.
        size_bytes: Size of what is converted; the copy is about as large.
        folder: Where the copy will be.
    """

    def __init__(self, source: str, size_bytes: int, folder: str) -> None:
        super().__init__(
            f"{source}: its weights are kept as a pickle, which can run any program when it is "
            "opened. Tessera reads none as it is: it converts them once, in a process that runs "
            f"nothing of the file, into a copy of up to {size_text(size_bytes)} in {folder}. The "
            "original stays. Agree to that to use the model (--convert on the command line)."
        )
        self.source = source
        self.size_bytes = size_bytes
        self.folder = folder


class DeviceMemoryError(TesseraError):
    """Work that does not fit into memory even in its smallest pieces."""


class DeviceLostError(TesseraError):
    """A device that does not answer any more; the model that was on it is gone.

    Attributes:
        device: Its name.
    """

    def __init__(self, device: str) -> None:
        super().__init__(
            f"The graphics card ({device}) does not answer any more: it was unplugged, or the "
            "computer slept, or its driver was started again. Choose the processor (cpu) as the "
            "device to go on, or start Tessera again to use the card."
        )
        self.device = device


class NonFiniteError(TesseraError):
    """A network produced infinities or NaNs, in full precision too.

    Attributes:
        layer: Name of the first layer whose output was not finite.
        tile: Index of the tile; None where nothing is tiled.
    """

    def __init__(self, layer: str, tile: int | None = None) -> None:
        where = layer if tile is None else f"{layer}, tile {tile}"
        super().__init__(
            f"The network gave values that are not finite at {where}. Its weights are probably "
            "damaged, or the input was; try another seed, or load the model again."
        )
        self.layer = layer
        self.tile = tile


class RankError(TesseraError):
    """Work over several ranks that one of them could not go on with; every rank raises it.

    Attributes:
        rank: Number of the rank that failed, from 0.
        device: Name of its device.
        reason: What failed, without the name of the rank.
    """

    def __init__(self, rank: int, device: str, sentence: str) -> None:
        super().__init__(f"Rank {rank} ({device}): {sentence}")
        self.rank = rank
        self.device = device
        self.reason = sentence


class RankLostError(RankError):
    """A rank that does not answer any more."""

    def __init__(self, rank: int, device: str) -> None:
        super().__init__(
            rank,
            device,
            "it does not answer any more: its process was ended or stopped, or the connection is "
            "gone. Start again, with as many devices as are there.",
        )


class DiskError(TesseraError):
    """A folder on the disk in which a sound cannot be stored while it is made.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: str, sentence: str) -> None:
        super().__init__(f"{folder}: {sentence}")
        self.folder = folder


class FileError(TesseraError):
    """A file that cannot be read or written.

    Attributes:
        path: The file.
    """

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path


class AudioFileError(FileError):
    """A sound file that cannot be read or written."""


class SettingsFileError(FileError):
    """A file of settings that cannot be read or written."""


class ArrangementFileError(FileError):
    """A folder of an arrangement that cannot be read or written."""


class PictureFileError(FileError):
    """A picture that cannot be written."""


class Cancelled(Exception):  # noqa: N818  (not an error)
    """Raised inside the engine to leave a run that was cancelled."""


def release_frames(error: BaseException) -> None:
    """Clear the frames of an error and of its causes, which hold tensors.

    An error that is kept, to be displayed or logged, keeps the local variables of every frame
    that it passed, and with them the activations of the failed work.
    """
    for found in _with_causes(error):
        traceback.clear_frames(found.__traceback__)


def keep_as_text(error: BaseException) -> None:
    """Keep where an error and its causes came from as notes, in place of the frames.

    Frames that are cleared still hold their functions, and these what they enclose: that of a
    comprehension in a method of a model holds the model.
    """
    for found in _with_causes(error):
        trace = "".join(traceback.format_tb(found.__traceback__)).rstrip()
        traceback.clear_frames(found.__traceback__)
        found.__traceback__ = None
        if trace:
            found.add_note(f"It was raised at (most recent call last):\n{trace}")


def _with_causes(error: BaseException) -> list[BaseException]:
    """An error and all that led to it, each once."""
    chain: dict[int, BaseException] = {}
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is not None and id(found) not in chain:
            chain[id(found)] = found
            waiting += [found.__cause__, found.__context__]
    return list(chain.values())
