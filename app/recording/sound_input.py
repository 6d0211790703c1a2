"""The sound input, through PortAudio."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

from app.portaudio.device_stream import DeviceStream
from app.portaudio.device_thread import NoAnswerError
from app.portaudio.port_audio import MissingLibraryError, PortAudio, SearchError, StartError
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


class SoundDeviceInput(DeviceStream):
    """An input of this machine.

    Args:
        port_audio: What playback uses as well; one of its own when None.
    """

    def __init__(self, port_audio: PortAudio | None = None) -> None:
        super().__init__("input", port_audio)
        self.channels = 1
        self.device = ""

    def open(self, device: str, channels: int, receive: Receive) -> None:
        """Open an input at its own rate, since many refuse others; a missing one is replaced."""
        with _explained(device):
            self._open(lambda sounddevice: self._made(sounddevice, device, channels, receive))

    def start(self) -> None:
        """Let blocks come."""
        with _explained(self.device):
            self._start()

    def rescan(self) -> None:
        """Search for inputs again."""
        with _explained(""):
            self._search()

    def _made(self, sounddevice: ModuleType, name: str, channels: int, receive: Receive) -> Any:
        try:
            device = self._find(sounddevice, name)
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
    except StartError as error:
        raise InputError(InputProblem.REFUSED, device, str(error)) from error
    except SearchError as error:
        raise InputError(InputProblem.NO_ANSWER) from error


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
