"""The sound device, through PortAudio.

sounddevice is imported on first use: without PortAudio the import fails, and the rest of the
studio works all the same.
"""

import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from core.api.arrays import FloatArray

Render = Callable[[FloatArray, float], None]

# PortAudio's "high" is 35 ms through PulseAudio: a working network would cause dropouts at that.
_MIN_LATENCY_S = 0.15
_ALL_ELSE_WORKS = "Generating and exporting work all the same."


class OutputError(Exception):
    """Nothing can be heard; the text says why."""


class Output(Protocol):
    """A sound device, used from one thread.

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
        """Whether the device asks for samples."""

    def start(self) -> None:
        """Let the device ask for samples.

        Raises:
            OutputError: It refuses.
        """

    def stop(self) -> None:
        """Stop the device."""

    def close(self) -> None:
        """Release the device."""

    def rescan(self) -> None:
        """Search for devices again; closes the one in use.

        Raises:
            OutputError: The sound system does not answer.
        """


class SoundDeviceOutput:
    """A device of this machine."""

    def __init__(self) -> None:
        self.sample_rate = 0
        self.latency_s = 0.0
        self.device_names: tuple[str, ...] = ()
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
            self._open_stream(sounddevice, device, render)
        except (ValueError, sounddevice.PortAudioError) as error:
            raise OutputError(
                f"The sound device “{device['name']}” cannot be opened; another program may be "
                f"using it. {_ALL_ELSE_WORKS}"
            ) from error

    def start(self) -> None:
        """Let the device ask for samples."""
        sounddevice = self._load()
        try:
            if not self._stream.active:
                self._stream.stop()
                self._stream.start()
        except sounddevice.PortAudioError as error:
            raise OutputError(
                f"The sound device does not start. Connect it again and rescan. {_ALL_ELSE_WORKS}"
            ) from error

    def stop(self) -> None:
        """Stop the device."""
        if self._stream is not None:
            self._stream.abort(ignore_errors=True)

    def close(self) -> None:
        """Release the device."""
        if self._stream is not None:
            self._stream.close(ignore_errors=True)
            self._stream = None

    def rescan(self) -> None:
        """Search for devices again: PortAudio keeps the list that it made at its start."""
        self.close()
        sounddevice = self._load()
        try:
            sounddevice._terminate()
            sounddevice._initialize()
            self.device_names = _output_names(sounddevice)
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
            self._library = sounddevice
        return self._library

    def _open_stream(self, sounddevice: Any, device: dict[str, Any], render: Render) -> None:
        # PortAudio calls this from its own thread, against the clock: nothing here may wait.
        def callback(out: FloatArray, frames: int, when: Any, status: Any) -> None:
            render(out, time.perf_counter())

        self._stream = sounddevice.OutputStream(
            samplerate=device["default_samplerate"],
            device=device["index"],
            channels=min(2, device["max_output_channels"]),
            dtype="float32",
            latency=max(device["default_high_output_latency"], _MIN_LATENCY_S),
            callback=callback,
        )
        self.sample_rate = round(self._stream.samplerate)
        self.latency_s = float(self._stream.latency)


def _output_names(sounddevice: Any) -> tuple[str, ...]:
    """Return unique names of the devices: Windows lists each under several host APIs."""
    return tuple(
        f"{device['name']}, {sounddevice.query_hostapis(device['hostapi'])['name']}"
        for device in sounddevice.query_devices()
        if device["max_output_channels"] > 0
    )
