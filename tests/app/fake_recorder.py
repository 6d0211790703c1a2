"""A recorder without a device: remembers what was wanted; what comes is set by hand."""

from dataclasses import dataclass
from pathlib import Path

from app.view_models.recording.recorder import FinishedRecording, InputChoice, InputTrouble
from app.view_models.transport.playback import LevelStep


@dataclass
class FakeKept:
    """A recording that is on the disk."""

    path: Path
    duration_s: float = 1.0
    is_removed: bool = False

    def remove(self) -> None:
        self.is_removed = True
        self.path.unlink(missing_ok=True)


class FakeRecorder:
    """Records nothing; `end` plays its thread's part."""

    def __init__(self) -> None:
        self.trouble: InputTrouble | None = None
        self.device_names: tuple[str, ...] = ("Microphone", "Line")
        self.device = ""
        self.sample_rate, self.channels = 48000, 1
        self.recorded_s = self.silent_s = 0.0
        self.num_gaps = 0
        self.is_recording = self.is_scanning = self.is_closed = False
        self.choice: InputChoice | None = None
        self.rescans = self.discards = self.stops = 0
        self.recordings: list[tuple[Path, str]] = []
        self.levels: list[tuple[LevelStep, ...]] = []
        self.finished: list[FinishedRecording] = []

    def listen(self, choice: InputChoice) -> None:
        self.choice = choice
        if self.trouble is None:
            self.device = choice.device or "Microphone"
            self.channels = choice.channels

    def rest(self) -> None:
        self.choice, self.device = None, ""

    def record(self, folder: Path, name: str) -> None:
        self.recordings.append((folder, name))
        self.is_recording = True

    def stop(self) -> None:
        self.stops += 1

    def discard(self) -> None:
        self.discards += 1
        self.is_recording = False

    def rescan(self) -> None:
        self.rescans += 1

    def take_levels(self) -> list[tuple[LevelStep, ...]]:
        levels, self.levels = self.levels, []
        return levels

    def take_finished(self) -> list[FinishedRecording]:
        finished, self.finished = self.finished, []
        return finished

    def close(self) -> None:
        self.is_closed = True

    def end(self, recording: FinishedRecording | None) -> None:
        """The recording has ended, and left this; None = nothing."""
        self.is_recording = False
        self.finished += [recording] if recording else []
