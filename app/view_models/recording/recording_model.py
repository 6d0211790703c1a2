"""Recording as a dialog shows it: what is chosen, what comes in, how long it is by now."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.recording.input_level import InputLevels
from app.view_models.recording.recorder import (
    LONGEST_PRE_ROLL_S,
    InputChoice,
    InputTrouble,
    Recorder,
)
from app.view_models.settings_store import SettingsStore
from app.view_models.transport.transport import TransportModel

_POLL_INTERVAL_MS = 33
_SILENT_AFTER_S = 2.0
_USUAL_PRE_ROLL_S = 1.0
_DEVICE_KEY, _STEREO_KEY = "recording/device", "recording/stereo"
_PRE_ROLL_KEY = "recording/pre_roll_s"


class RecordingModel(QObject):
    """The state of a recorder, polled thirty times a second while it is in use.

    Signals:
        changed: Something is another one.
        finished: A recording has ended, as a FinishedRecording.
        left_nothing: A recording has ended before any sound came.

    Attributes:
        choice: What is listened to; it is remembered.
        levels: The level of what comes in.

    Args:
        recorder: Listens and records.
        memory: What is remembered between starts.
        transport: Is kept quiet meanwhile, so that a microphone does not hear it.
        parent: Owner.
    """

    changed = Signal()
    finished = Signal(object)
    left_nothing = Signal()

    def __init__(
        self,
        recorder: Recorder,
        memory: SettingsStore,
        transport: TransportModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._recorder, self._memory, self._transport = recorder, memory, transport
        self._shown: tuple[object, ...] = ()
        self._was_recording = False
        self.choice = _remembered_choice(memory)
        self.levels = InputLevels(recorder, self)
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def trouble(self) -> InputTrouble | None:
        """Why nothing can be recorded; None when all is well."""
        return self._recorder.trouble

    @property
    def device_names(self) -> tuple[str, ...]:
        """The inputs that there are."""
        return self._recorder.device_names

    @property
    def device(self) -> str:
        """The input that is listened to; empty when none is."""
        return self._recorder.device

    @property
    def sample_rate(self) -> int:
        """Its own rate."""
        return self._recorder.sample_rate

    @property
    def channels(self) -> int:
        """1 or 2."""
        return self._recorder.channels

    @property
    def is_recording(self) -> bool:
        """Whether a recording grows, or is being completed."""
        return self._recorder.is_recording

    @property
    def is_scanning(self) -> bool:
        """Whether a search for inputs goes on."""
        return self._recorder.is_scanning

    @property
    def is_silent(self) -> bool:
        """Whether nothing but zeros has come for some time."""
        return self._recorder.silent_s > _SILENT_AFTER_S

    @property
    def recorded_s(self) -> float:
        """Length of the recording."""
        return self._recorder.recorded_s

    @property
    def num_gaps(self) -> int:
        """How often samples of it were lost."""
        return self._recorder.num_gaps if self.is_recording else 0

    def open(self) -> None:
        """Listen to the chosen input; playback pauses."""
        self._transport.keep_quiet(True)
        self.levels.open()
        self._recorder.listen(self.choice)
        self._timer.start()
        self.poll()

    def close(self) -> None:
        """Release the input."""
        self._recorder.rest()
        self.levels.close()
        self._timer.stop()
        self._transport.keep_quiet(False)

    def choose(
        self,
        *,
        device: str | None = None,
        channels: int | None = None,
        pre_roll_s: float | None = None,
    ) -> None:
        """Choose another input, or another way to listen to it; None leaves it as it is."""
        choice = self.choice
        self.choice = InputChoice(
            choice.device if device is None else device,
            choice.channels if channels is None else channels,
            choice.pre_roll_s if pre_roll_s is None else pre_roll_s,
        )
        self._memory.keep(_DEVICE_KEY, self.choice.device)
        self._memory.keep(_STEREO_KEY, self.choice.channels == 2)
        self._memory.keep(_PRE_ROLL_KEY, self.choice.pre_roll_s)
        self._recorder.listen(self.choice)
        self.poll()

    def rescan(self) -> None:
        """Search for inputs again."""
        self._recorder.rescan()
        self.poll()

    def record(self, folder: Path, name: str) -> None:
        """Begin a recording of that name in a folder."""
        self._recorder.record(folder, name)
        self.poll()

    @Slot()
    def stop(self) -> None:
        """End the recording; `finished` or `left_nothing` follows."""
        self._recorder.stop()
        self.poll()

    @Slot()
    def discard(self) -> None:
        """End the recording, and keep nothing of it."""
        self._was_recording = False
        self._recorder.discard()

    @Slot()
    def poll(self) -> None:
        """Read the recorder's state, and emit what has changed."""
        was_recording, self._was_recording = self._was_recording, self.is_recording
        ended = self._recorder.take_finished()  # after `is_recording`: what has ended is there
        for recording in ended:
            self.finished.emit(recording)
        if was_recording and not self._was_recording and not ended:
            self.left_nothing.emit()
        state = (
            self.trouble,
            self.device_names,
            self.device,
            self.sample_rate,
            self.channels,
            self.choice,
            self.is_recording,
            self.is_scanning,
            self.is_silent,
            int(10 * self.recorded_s),
            self.num_gaps,
        )
        if state != self._shown:
            self._shown = state
            self.changed.emit()


def _remembered_choice(memory: SettingsStore) -> InputChoice:
    pre_roll_s = memory.number(_PRE_ROLL_KEY, _USUAL_PRE_ROLL_S)
    is_valid = 0 <= pre_roll_s <= LONGEST_PRE_ROLL_S
    choice = InputChoice(device=memory.text(_DEVICE_KEY), pre_roll_s=_USUAL_PRE_ROLL_S)
    return replace(
        choice,
        channels=2 if memory.flag(_STEREO_KEY, default=False) else 1,
        pre_roll_s=pre_roll_s if is_valid else _USUAL_PRE_ROLL_S,
    )
