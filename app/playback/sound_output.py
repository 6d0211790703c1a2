"""The sound device, through PortAudio."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

from app.portaudio.device_stream import DeviceStream
from app.portaudio.device_thread import NoAnswerError
from app.portaudio.port_audio import MissingLibraryError, PortAudio, SearchError, StartError
from core.api.arrays import FloatArray

Render = Callable[[FloatArray, float], None]

# PortAudio's "high" is 35 ms through PulseAudio: a working network would cause dropouts at that.
_MIN_LATENCY_S = 0.15
_ALL_ELSE_WORKS = "Generating and exporting work all the same."
_NO_ANSWER = f"The sound device does not answer. Connect it again and rescan. {_ALL_ELSE_WORKS}"


class OutputError(Exception):
    """Nothing can be heard; the text says why."""


class Output(Protocol):
    """A sound device, used from one thread. No call waits longer than some seconds.

    Attributes:
        sample_rate: The device's own rate, known once it is open.
        latency_s: From the callback to the ear.
        device_names: The devices that there are.
    """

    sample_rate: int
    latency_s: float
    device_names: tuple[str, ...]

    def open(self, device_name: str | None, render: Render) -> None:
        """Open a device, None for the system's own choice; `render` fills its blocks.

        Raises:
            OutputError: It cannot be opened.
        """

    @property
    def is_open(self) -> bool:
        """Whether a device is open."""

    @property
    def is_running(self) -> bool:
        """Whether the device asks for samples; it stops by itself when it is unplugged."""

    def start(self) -> None:
        """Let an open device ask for samples, once.

        Raises:
            OutputError: It refuses.
        """

    def close(self) -> None:
        """Release the device; another may be opened."""

    def rescan(self) -> None:
        """Search for devices again; closes the one in use.

        Raises:
            OutputError: The sound system does not answer.
        """

    def end(self) -> None:
        """Release the device and the sound system, for the end of the process."""


class SoundDeviceOutput(DeviceStream):
    """A device of this machine.

    Args:
        port_audio: What recording uses as well; one of its own when None.
    """

    def __init__(self, port_audio: PortAudio | None = None) -> None:
        super().__init__("output", port_audio)

    def open(self, device_name: str | None, render: Render) -> None:
        """Open a device at its own rate, since many refuse others; a missing one is replaced."""
        with _explained():
            self._open(lambda sounddevice: self._made(sounddevice, device_name, render))

    def start(self) -> None:
        """Let the device ask for samples."""
        with _explained():
            self._start()

    def rescan(self) -> None:
        """Search for devices again."""
        with _explained():
            self._search()

    def _made(self, sounddevice: ModuleType, device_name: str | None, render: Render) -> Any:
        try:
            device = self._find(sounddevice, device_name)
        except (ValueError, sounddevice.PortAudioError) as error:
            raise OutputError(
                f"No sound device was found. Connect one and rescan. {_ALL_ELSE_WORKS}"
            ) from error
        try:
            return _open_stream(sounddevice, device, render)
        except (ValueError, sounddevice.PortAudioError) as error:
            raise OutputError(
                f"The sound device “{device['name']}” cannot be opened; another program may be "
                f"using it. {_ALL_ELSE_WORKS}"
            ) from error


@contextmanager
def _explained() -> Iterator[None]:
    """Turn errors of the shared library into sentences about what is heard."""
    try:
        yield
    except NoAnswerError as error:
        raise OutputError(_NO_ANSWER) from error
    except MissingLibraryError as error:
        raise OutputError(
            "The sound library PortAudio is missing; on Debian and Ubuntu install libportaudio2 "
            f"and start again. {_ALL_ELSE_WORKS}"
        ) from error
    except StartError as error:
        raise OutputError(
            f"The sound device does not start. Connect it again and rescan. {_ALL_ELSE_WORKS}"
        ) from error
    except SearchError as error:
        raise OutputError(f"The sound system does not answer. {_ALL_ELSE_WORKS}") from error


def _open_stream(sounddevice: Any, device: dict[str, Any], render: Render) -> Any:
    # PortAudio calls this from its own thread, against the clock: nothing here may wait.
    def callback(out: FloatArray, frames: int, when: Any, status: Any) -> None:
        render(out, time.perf_counter())

    return sounddevice.OutputStream(
        samplerate=device["default_samplerate"],
        device=device["index"],
        channels=min(2, device["max_output_channels"]),
        dtype="float32",
        latency=max(device["default_high_output_latency"], _MIN_LATENCY_S),
        callback=callback,
    )
