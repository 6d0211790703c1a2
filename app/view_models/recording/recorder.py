"""The sound input as the window needs it: what is wanted of it, what it says, what it leaves."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.view_models.transport.playback import LevelStep

LONGEST_PRE_ROLL_S = 5.0


class InputProblem(StrEnum):
    """Why nothing can be recorded, or a recording ended by itself."""

    NO_LIBRARY = "no library"  # PortAudio is not installed
    NO_DEVICE = "no device"
    REFUSED = "refused"  # another program has it, or the system does not allow it
    NO_ANSWER = "no answer"
    LOST = "lost"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class InputTrouble:
    """A problem, and what it is about.

    Attributes:
        problem: Its kind.
        device: The input, where it is known.
        detail: What the system says about it.
    """

    problem: InputProblem
    device: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class InputChoice:
    """What is listened to.

    Attributes:
        device: The name of an input; empty = the system's choice.
        channels: 1 or 2. An input that has fewer gives what it has.
        pre_roll_s: How much of what came before is recorded too, 0 to 5 s.
    """

    device: str = ""
    channels: int = 1
    pre_roll_s: float = 0.0


class KeptRecording(Protocol):
    """A complete recording on the disk that is not in the library yet."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def duration_s(self) -> float:
        """Its length."""

    def remove(self) -> None:
        """Remove the file; the library has it."""


@dataclass(frozen=True, slots=True)
class FinishedRecording:
    """A recording that has ended.

    Attributes:
        kept: It, on the disk.
        trouble: Why it ended by itself; None where a person stopped it.
        num_gaps: How often samples were lost since the computer did not keep up.
    """

    kept: KeptRecording
    trouble: InputTrouble | None = None
    num_gaps: int = 0


class Recorder(Protocol):
    """Listens to an input and records it. Every method returns at once.

    Attributes:
        trouble: Why nothing arrives, or could not be recorded; None when all is well.
        recorded_s: Length of the recording, with its pre-roll.
        silent_s: How long nothing but zeros has come.
    """

    trouble: InputTrouble | None
    recorded_s: float
    silent_s: float

    @property
    def device_names(self) -> tuple[str, ...]:
        """The inputs that there are; empty before the first look."""

    @property
    def device(self) -> str:
        """The input that is open; empty when none is."""

    @property
    def sample_rate(self) -> int:
        """Its own rate."""

    @property
    def channels(self) -> int:
        """1 or 2."""

    @property
    def num_gaps(self) -> int:
        """How often samples were lost in the recording."""

    @property
    def is_recording(self) -> bool:
        """Whether a recording is wanted, or is being completed."""

    @property
    def is_scanning(self) -> bool:
        """Whether a search for inputs goes on."""

    def listen(self, choice: InputChoice) -> None:
        """Open an input, or change to another one; while recording, the choice waits."""

    def rest(self) -> None:
        """Close the input; a recording ends, and is kept."""

    def record(self, folder: Path, name: str) -> None:
        """Begin a recording of that name in a folder, with the pre-roll, unless nothing comes."""

    def stop(self) -> None:
        """End the recording; `take_finished` has it soon after."""

    def discard(self) -> None:
        """End the recording, and keep nothing of it."""

    def rescan(self) -> None:
        """Search for inputs again; while recording, that waits."""

    def take_levels(self) -> list[tuple[LevelStep, ...]]:
        """The levels of each channel of what came since the last call, in order."""

    def take_finished(self) -> list[FinishedRecording]:
        """The recordings that have ended since the last call."""

    def close(self) -> None:
        """Release the input; what is being recorded is kept on the disk for the next start."""
