"""A stream of a sound device: what the output and the input have in common."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal

from app.portaudio.port_audio import PortAudio, StartError, device_names


class DeviceStream:
    """One stream at a time, to or from a device, used from one thread.

    Args:
        kind: Its direction.
        port_audio: What the other direction uses as well; one of its own when None.

    Attributes:
        sample_rate: The device's own rate, known once it is open.
        latency_s: Between the callback and what is heard, known once it is open.
        device_names: The devices of this direction.
    """

    def __init__(self, kind: Literal["output", "input"], port_audio: PortAudio | None) -> None:
        self.sample_rate = 0
        self.latency_s = 0.0
        self.device_names: tuple[str, ...] = ()
        self._kind = kind
        self._port_audio = port_audio or PortAudio()
        self._stream: Any = None

    @property
    def is_open(self) -> bool:
        """Whether a device is open."""
        return self._stream is not None

    @property
    def is_running(self) -> bool:
        """Whether blocks come or are asked for; that ends by itself when it is unplugged."""
        return self._stream is not None and bool(self._stream.active)

    def close(self) -> None:
        """Release the device; another may be opened."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._port_audio.close(self, stream)

    def end(self) -> None:
        """Release the device and PortAudio, for the end of the process."""
        self.close()
        self._port_audio.end(self)

    def _open(self, make_stream: Callable[[ModuleType], Any]) -> None:
        """Open a stream.

        Raises:
            NoAnswerError, MissingLibraryError: As in `PortAudio.open`.
        """
        stream = self._port_audio.open(self, make_stream)
        self.sample_rate = round(stream.samplerate)
        self.latency_s = float(stream.latency)
        self._stream = stream

    def _start(self) -> None:
        """Let blocks pass.

        A stream that has stopped is never started again: where the sound server is gone,
        PortAudio would wait forever for a thread that has ended. Open another one instead.

        Raises:
            StartError: The device refuses.
            NoAnswerError, MissingLibraryError: As in `PortAudio.call`.
        """
        stream = self._stream

        def start(sounddevice: ModuleType) -> None:
            try:
                stream.start()
            except sounddevice.PortAudioError as error:
                raise StartError(str(error)) from error

        self._port_audio.call(self, start)

    def _search(self) -> None:
        """Search for devices again; closes the one in use.

        Raises:
            SearchError, NoAnswerError, MissingLibraryError: As in `PortAudio.search`.
        """
        self.close()
        self._port_audio.search(self)
        self._port_audio.call(self, self._list)

    def _find(self, sounddevice: ModuleType, name: str | None) -> dict[str, Any]:
        """A device by its name; the system's own choice where it is unknown.

        Raises:
            ValueError, sounddevice.PortAudioError: There is none.
        """
        self._list(sounddevice)
        known_name = name if name in self.device_names else None
        device: dict[str, Any] = sounddevice.query_devices(known_name, self._kind)
        return device

    def _list(self, sounddevice: ModuleType) -> None:
        self.device_names = device_names(sounddevice, f"max_{self._kind}_channels")
