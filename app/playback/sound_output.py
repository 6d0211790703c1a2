"""The sound device, through PortAudio.

sounddevice is imported on first use: without PortAudio the import fails, and the rest of the
studio works all the same.
"""

import atexit
import contextlib
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from app.playback.device_thread import DeviceThread, NoAnswerError
from core.api.arrays import FloatArray

Render = Callable[[FloatArray, float], None]

# PortAudio's "high" is 35 ms through PulseAudio: a working network would cause dropouts at that.
_MIN_LATENCY_S = 0.15
_LIMIT_S = 5.0  # a Bluetooth device may need some seconds; a dead sound server never answers
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


class SoundDeviceOutput:
    """A device of this machine.

    Args:
        limit_s: How long a call of PortAudio may take.
    """

    def __init__(self, limit_s: float = _LIMIT_S) -> None:
        self.sample_rate = 0
        self.latency_s = 0.0
        self.device_names: tuple[str, ...] = ()
        self._thread = DeviceThread(limit_s)
        self._library: ModuleType | None = None
        self._stream: Any = None

    @property
    def is_open(self) -> bool:
        """Whether a device is open."""
        return self._stream is not None

    @property
    def is_running(self) -> bool:
        """Whether the device asks for samples; it stops by itself when it is unplugged."""
        return self._stream is not None and bool(self._stream.active)

    def open(self, device_name: str | None, render: Render) -> None:
        """Open a device at its own rate, since many refuse others; a missing one is replaced."""
        stream = self._call(lambda: self._open(device_name, render))
        self.sample_rate = round(stream.samplerate)
        self.latency_s = float(stream.latency)
        self._stream = stream

    def start(self) -> None:
        """Let the device ask for samples.

        A stream that has stopped is never started again: where the sound server is gone,
        PortAudio would wait forever for a thread that has ended. Open another one instead.
        """
        stream = self._stream
        self._call(lambda: self._start(stream))

    def close(self) -> None:
        """Release the device."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(OutputError):  # it is closed as soon as it answers
                self._call(lambda: stream.close(ignore_errors=True))

    def rescan(self) -> None:
        """Search for devices again: PortAudio keeps the list that it made at its start."""
        self.close()
        self.device_names = self._call(self._search)

    def end(self) -> None:
        """Release the device and PortAudio."""
        self.close()
        if self._library is not None:
            sounddevice = self._library
            # At exit sounddevice would end PortAudio without a time limit.
            atexit.unregister(sounddevice._exit_handler)
            with contextlib.suppress(OutputError, sounddevice.PortAudioError):
                self._call(sounddevice._terminate)
            self._library = None
        self._thread.end()

    def _call(self, function: Callable[[], Any]) -> Any:
        """Make a call that may block, in the thread for them."""
        try:
            return self._thread.call(function)
        except NoAnswerError as error:
            raise OutputError(_NO_ANSWER) from error

    def _open(self, device_name: str | None, render: Render) -> Any:
        sounddevice = self._load()
        try:
            self.device_names = _output_names(sounddevice)
            known_name = device_name if device_name in self.device_names else None
            device = sounddevice.query_devices(known_name, "output")
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

    def _start(self, stream: Any) -> None:
        try:
            stream.start()
        except self._load().PortAudioError as error:
            raise OutputError(
                f"The sound device does not start. Connect it again and rescan. {_ALL_ELSE_WORKS}"
            ) from error

    def _search(self) -> tuple[str, ...]:
        sounddevice = self._load()
        with contextlib.suppress(sounddevice.PortAudioError):  # the last search may have failed
            sounddevice._terminate()  # closes a stream that was opened too late as well
        try:
            sounddevice._initialize()
            return _output_names(sounddevice)
        except sounddevice.PortAudioError as error:
            raise OutputError(f"The sound system does not answer. {_ALL_ELSE_WORKS}") from error

    def _load(self) -> ModuleType:
        if self._library is None:
            try:
                import sounddevice
            except OSError as error:
                raise OutputError(
                    "The sound library PortAudio is missing; on Debian and Ubuntu install "
                    f"libportaudio2 and start again. {_ALL_ELSE_WORKS}"
                ) from error
            if not sounddevice._initialized:  # another output has ended it
                sounddevice._initialize()
            self._library = sounddevice
        return self._library


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


def _output_names(sounddevice: Any) -> tuple[str, ...]:
    """Return unique names of the devices: Windows lists each under several host APIs."""
    return tuple(
        f"{device['name']}, {sounddevice.query_hostapis(device['hostapi'])['name']}"
        for device in sounddevice.query_devices()
        if device["max_output_channels"] > 0
    )
