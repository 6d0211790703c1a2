"""Listens to an input, and records it: connects the input, the pre-roll and the file.

Everything slow (finding and opening an input, writing to the disk) happens in the recorder's own
thread. The window only sets what it wants and reads the state; no signals are emitted.

Three threads meet here. The window's calls most methods, the recorder's own runs `_run`, and the
device's calls `Capture.receive`, which takes no lock.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from app.portaudio.lost_device import BlockWatch
from app.recording.capture import Capture, PreRoll
from app.recording.recording_file import RecordingFile
from app.recording.sound_input import InputError, SoundDeviceInput, SoundInput
from app.view_models.recording.recorder import (
    LONGEST_PRE_ROLL_S,
    FinishedRecording,
    InputChoice,
    InputProblem,
    InputTrouble,
)
from app.view_models.transport.playback import LevelStep
from core.api.arrays import FloatArray
from core.api.errors import DiskError

_STEP_S = 0.02
_SEARCH_AFTER_S = 3.0  # while no input can be used; each search interrupts the sound system
_MOST_WAITING = 100  # levels; of a window that does not look, the oldest are dropped


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """A recording that is wanted; two of the same name are two."""

    folder: Path
    name: str


class DeviceRecorder:
    """The sound input of the studio; see `app.view_models.recording.recorder.Recorder`.

    Args:
        sound_input: The device; the system's when None.
    """

    def __init__(self, sound_input: SoundInput | None = None) -> None:
        self.trouble: InputTrouble | None = None
        self.recorded_s = self.silent_s = 0.0
        self._input = sound_input or SoundDeviceInput()
        self._capture = Capture(1, 1)
        self._pre_roll = PreRoll(1, 1)
        self._watch = BlockWatch()
        self._file: RecordingFile | None = None
        self._recorded_order: _Order | None = None
        self._gaps_before = 0
        self._ends_at_s = 0.0  # what sounded before a person pressed Stop is there by then
        self._search_at_s = 0.0
        self._levels: deque[tuple[LevelStep, ...]] = deque(maxlen=_MOST_WAITING)
        self._finished: deque[FinishedRecording] = deque()
        # What the window wants. Held for what it and the recorder's thread both change; never
        # while an input opens or samples are written: the window must not wait for those.
        self._lock = threading.Lock()
        self._choice: InputChoice | None = None
        self._opened: InputChoice | None = None
        self._order: _Order | None = None
        self._discarded: _Order | None = None
        self._wants_rescan = self._wants_close = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def device_names(self) -> tuple[str, ...]:
        """The inputs that there are; empty before the first look."""
        return self._input.device_names

    @property
    def device(self) -> str:
        """The input that is open; empty when none is."""
        return self._input.device if self._input.is_open else ""

    @property
    def sample_rate(self) -> int:
        """The input's own rate."""
        return self._input.sample_rate

    @property
    def channels(self) -> int:
        """1 or 2."""
        return self._input.channels

    @property
    def is_recording(self) -> bool:
        """Whether a recording is wanted, or is being completed."""
        return self._order is not None or self._recorded_order is not None

    @property
    def is_scanning(self) -> bool:
        """Whether a search for inputs goes on."""
        return self._wants_rescan

    @property
    def num_gaps(self) -> int:
        """How often samples were lost in the recording."""
        return self._capture.num_gaps - self._gaps_before

    def listen(self, choice: InputChoice) -> None:
        """Open an input, or change to another one; while recording, the choice waits."""
        with self._lock:
            self._choice = choice
            self._start_thread()

    def rest(self) -> None:
        """Close the input; a recording ends, and is kept."""
        with self._lock:
            self._choice = self._order = None
            self._ends_at_s = 0.0
            self._wake.set()

    def record(self, folder: Path, name: str) -> None:
        """Begin a recording of that name in a folder, with the pre-roll, unless nothing comes."""
        with self._lock:
            is_ready = self._input.is_open or self.trouble is None
            if self._choice is not None and self._order is None and is_ready:
                self._order = _Order(folder, name)
                self.recorded_s = 0.0
                self._wake.set()

    def stop(self) -> None:
        """End the recording; `take_finished` has it soon after."""
        with self._lock:
            self._order = None
            self._ends_at_s = time.perf_counter() + self._input.latency_s
            self._wake.set()

    def discard(self) -> None:
        """End the recording, and keep nothing of it."""
        with self._lock:
            self._order, self._discarded = None, self._order or self._recorded_order
            self._ends_at_s = 0.0
            self._wake.set()

    def rescan(self) -> None:
        """Search for inputs again; while recording, that waits."""
        with self._lock:
            self._wants_rescan = self._choice is not None
            self._wake.set()

    def take_levels(self) -> list[tuple[LevelStep, ...]]:
        """The levels of each channel of what came since the last call, in order."""
        return [self._levels.popleft() for _ in range(len(self._levels))]

    def take_finished(self) -> list[FinishedRecording]:
        """The recordings that have ended since the last call."""
        return [self._finished.popleft() for _ in range(len(self._finished))]

    def close(self) -> None:
        """Release the input; what is being recorded is kept on the disk for the next start."""
        with self._lock:
            self._wants_close = True
            self._choice = self._order = None
            self._ends_at_s = 0.0
            self._wake.set()
        if self._thread is not None:
            self._thread.join()  # without the lock: the thread's last step may need it

    def _start_thread(self) -> None:
        if self._thread is None and not self._wants_close:
            self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
            self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        """The recorder's thread; the only one that uses the input and the file."""
        while True:
            with self._lock:
                choice, order, is_last = self._choice, self._order, self._wants_close
            try:
                self._step(choice, order)
            except InputError as error:
                self._fail(error.trouble)
            except DiskError as error:
                self._fail(InputTrouble(InputProblem.DISK, detail=str(error)))
            if is_last:
                break
            self._wake.wait(_STEP_S if choice is not None else None)
            self._wake.clear()
        self._input.end()

    def _step(self, choice: InputChoice | None, order: _Order | None) -> None:
        """Bring the input and the file one step nearer to what is wanted."""
        if self._input.is_open:
            self._receive()
        if order is not self._recorded_order and time.perf_counter() >= self._ends_at_s:
            self._end_recording()
        if choice is None:
            self._input.close()
            self._opened = self.trouble = None
            return
        if self._file is None:
            self._open_if_needed(replace(choice, pre_roll_s=0.0))  # it changes without opening
        if order is not None and self._file is None and self._input.is_open:
            self._begin_recording(order, choice)

    def _open_if_needed(self, wanted: InputChoice) -> None:
        """Open the chosen input unless it is open; search first where none could be used."""
        now_s = time.perf_counter()
        is_due = self.trouble is not None and now_s >= self._search_at_s
        if self._wants_rescan or (is_due and not self._input.is_open):
            self._wants_rescan = False
            self._input.rescan()
            self._opened = None
        if wanted != self._opened:
            self._input.close()
            self._opened = wanted
            self._open(wanted)

    def _open(self, choice: InputChoice) -> None:
        self._input.open(choice.device, choice.channels, self._receive_block)
        rate, channels = self._input.sample_rate, self._input.channels
        self._capture = Capture(rate, channels)
        self._pre_roll = PreRoll(round(LONGEST_PRE_ROLL_S * rate), channels)
        self._watch, self.silent_s = BlockWatch(), 0.0
        self._input.start()  # after the capture is there: blocks come from here on
        self.trouble = None

    def _receive_block(self, block: FloatArray, has_gap: bool) -> None:
        self._capture.receive(block, has_gap)  # in the device's thread

    def _receive(self) -> None:
        """Take what has come: into the file while recording, else into the pre-roll."""
        while len(samples := self._capture.read()):
            self._measure(samples)
            if self._file is None:
                self._pre_roll.push(samples)
            else:
                self._write(samples)
        if not self._input.is_running or self._watch.is_silent(self._capture.num_blocks):
            raise InputError(InputProblem.LOST, self._input.device)

    def _measure(self, samples: FloatArray) -> None:
        rate = self._input.sample_rate
        levels = tuple(LevelStep.of(channel, rate) for channel in samples.T)
        self._levels.append(levels)
        is_silent = all(level.peak == 0 for level in levels)
        self.silent_s = self.silent_s + len(samples) / rate if is_silent else 0.0

    def _write(self, samples: FloatArray) -> None:
        assert self._file is not None
        try:
            self._file.append(samples)
        finally:
            self.recorded_s = self._file.duration_s

    def _begin_recording(self, order: _Order, choice: InputChoice) -> None:
        rate, channels = self._input.sample_rate, self._input.channels
        self._gaps_before = self._capture.num_gaps
        self._recorded_order = order
        self._file = RecordingFile(order.folder, order.name, rate, channels)
        self.trouble = None
        self._write(self._pre_roll.take(round(choice.pre_roll_s * rate)))

    def _end_recording(self, trouble: InputTrouble | None = None) -> None:
        """Complete the file, if there is one; `trouble` says why, where nobody wanted that."""
        file, self._file = self._file, None
        order = self._recorded_order
        with self._lock:  # the window may have given another order since
            is_discarded = order is self._discarded
            if trouble is not None or self._order is order:
                self._order = None
        if file is not None and is_discarded:
            file.discard()
        elif file is not None:
            self._finish(file, trouble)
        self._recorded_order = None  # last: what has ended is among the finished ones by then

    def _finish(self, file: RecordingFile, trouble: InputTrouble | None) -> None:
        try:
            kept = file.finish()
        except DiskError as error:  # the next start completes it
            self.trouble = InputTrouble(InputProblem.DISK, detail=str(error))
            return
        if kept is not None:
            self._finished.append(FinishedRecording(kept, trouble, self.num_gaps))

    def _fail(self, trouble: InputTrouble) -> None:
        """Keep what there is, and search for an input later, unless it is the disk's fault."""
        self._end_recording(trouble)
        if trouble.problem is not InputProblem.DISK:
            self._input.close()
            self._search_at_s = time.perf_counter() + _SEARCH_AFTER_S
        self.trouble = trouble
