"""The sound input, through PortAudio."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

from app.portaudio.device_thread import NoAnswerError
from app.portaudio.port_audio import MissingLibraryError, PortAudio, SearchError, device_names
from app.view_models.recording.recorder import InputProblem, InputTrouble
from core.api.arrays import FloatArray

Receive = Callable[[FloatArray, bool], None]
"""Takes a block (frames, channels), and whether samples before it were lost."""

_MIN_LATENCY_S = 0.1  # a recording may come late, but must not lose samples
_INVALID_CHANNELS = -9998  # paInvalidChannelCount of portaudio.h


class InputError(Exception):
    """Nothing can be recorded.

    Attributes:
        trouble: Why.
    """

    def __init__(self, problem: InputProblem, device: str = "", detail: str = "") -> None:
        self.trouble = InputTrouble(problem, device, detail)
        super().__init__(self.trouble)


class SoundInput(Protocol):
    """An input, used from one thread. No call waits longer than some seconds.

    Attributes:
        sample_rate: The device's own rate, known once it is open.
        channels: 1 or 2, known once it is open.
        latency_s: From the microphone to the callback.
        device: Its name, known once it is open.
        device_names: The inputs that there are.
    """

    sample_rate: int
    channels: int
    latency_s: float
    device: str
    device_names: tuple[str, ...]

    def open(self, device: str, channels: int, receive: Receive) -> None:
        """Open an input, "" for the system's own choice; `receive` takes its blocks.

        Raises:
            InputError: It cannot be opened.
        """

    @property
    def is_open(self) -> bool:
        """Whether an input is open."""

    @property
    def is_running(self) -> bool:
        """Whether blocks come; they stop by themselves when it is unplugged."""

    def start(self) -> None:
        """Let blocks come, once.

        Raises:
            InputError: It refuses.
        """

    def close(self) -> None:
        """Release the input; another may be opened."""

    def rescan(self) -> None:
        """Search for inputs again; closes the one in use.

        Raises:
            InputError: The sound system does not answer.
        """

    def end(self) -> None:
        """Release the input and the sound system, for the end of the process."""


class SoundDeviceInput:
    """An input of this machine.

    Args:
        port_audio: What playback uses as well; one of its own when None.
    """

    def __init__(self, port_audio: PortAudio | None = None) -> None:
        self.sample_rate = 0
        self.channels = 1
        self.latency_s = 0.0
        self.device = ""
        self.device_names: tuple[str, ...] = ()
        self._port_audio = port_audio or PortAudio()
        self._stream: Any = None

    @property
    def is_open(self) -> bool:
        """Whether an input is open."""
        return self._stream is not None

    @property
    def is_running(self) -> bool:
        """Whether blocks come; they stop by themselves when it is unplugged."""
        return self._stream is not None and bool(self._stream.active)

    def open(self, device: str, channels: int, receive: Receive) -> None:
        """Open an input at its own rate, since many refuse others; a missing one is replaced."""
        with _explained(device):
            stream = self._port_audio.open(
                self, lambda sounddevice: self._open(sounddevice, device, channels, receive)
            )
        self.sample_rate = round(stream.samplerate)
        self.latency_s = float(stream.latency)
        self._stream = stream

    def start(self) -> None:
        """Let blocks come; a stream that has stopped is never started again."""
        stream = self._stream
        with _explained(self.device):
            self._port_audio.call(
                self, lambda sounddevice: _start(sounddevice, stream, self.device)
            )

    def close(self) -> None:
        """Release the input."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._port_audio.close(self, stream)

    def rescan(self) -> None:
        """Search for inputs again."""
        self.close()
        with _explained(""):
            self._port_audio.search(self)
            self.device_names = self._port_audio.call(self, _input_names)

    def end(self) -> None:
        """Release the input and PortAudio."""
        self.close()
        self._port_audio.end(self)

    def _open(self, sounddevice: ModuleType, name: str, channels: int, receive: Receive) -> Any:
        try:
            self.device_names = _input_names(sounddevice)
            known_name = name if name in self.device_names else None
            device = sounddevice.query_devices(known_name, "input")
        except (ValueError, sounddevice.PortAudioError) as error:
            raise InputError(InputProblem.NO_DEVICE) from error
        self.device = device["name"]
        self.channels = max(1, min(channels, device["max_input_channels"]))
        try:
            return _open_stream(sounddevice, device, self.channels, receive)
        except (ValueError, sounddevice.PortAudioError) as error:
            raise InputError(InputProblem.REFUSED, device["name"], str(error)) from error


@contextmanager
def _explained(device: str) -> Iterator[None]:
    """Turn errors of the shared library into those of an input."""
    try:
        yield
    except NoAnswerError as error:
        raise InputError(InputProblem.NO_ANSWER, device) from error
    except MissingLibraryError as error:
        raise InputError(InputProblem.NO_LIBRARY) from error
    except SearchError as error:
        raise InputError(InputProblem.NO_ANSWER) from error


def _start(sounddevice: ModuleType, stream: Any, device: str) -> None:
    try:
        stream.start()
    except sounddevice.PortAudioError as error:
        raise InputError(InputProblem.REFUSED, device, str(error)) from error


def _open_stream(sounddevice: Any, device: dict[str, Any], channels: int, receive: Receive) -> Any:
    """Open a stream of so many channels, or of all where an input gives no fewer.

    Of more channels than wanted, the first are received.
    """
    latency_s = max(device["default_high_input_latency"], _MIN_LATENCY_S)
    most = device["max_input_channels"]
    counts = list(dict.fromkeys((channels, min(2, most), most)))

    # PortAudio calls this from its own thread, against the clock: nothing here may wait.
    def callback(block: FloatArray, frames: int, when: Any, status: Any) -> None:
        receive(block if block.shape[1] == channels else block[:, :channels], status.input_overflow)

    for count in counts:
        try:
            return sounddevice.InputStream(
                samplerate=device["default_samplerate"],
                device=device["index"],
                channels=count,
                dtype="float32",
                latency=latency_s,
                callback=callback,
            )
        except sounddevice.PortAudioError as error:
            if count == counts[-1] or _INVALID_CHANNELS not in error.args:
                raise
    raise AssertionError("the last attempt has raised or returned")


def _input_names(sounddevice: Any) -> tuple[str, ...]:
    return device_names(sounddevice, "max_input_channels")
