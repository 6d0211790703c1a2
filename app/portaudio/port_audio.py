"""The sound library PortAudio, one for the whole process: playback and recording share it.

sounddevice is imported on first use: without PortAudio the import fails, and the rest of the
studio works all the same.
"""

import atexit
import contextlib
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

from app.portaudio.device_thread import DeviceThread, NoAnswerError

_LIMIT_S = 5.0  # a Bluetooth device may need some seconds; a dead sound server never answers

Result = TypeVar("Result")


class MissingLibraryError(Exception):
    """PortAudio is not installed."""


class SearchError(Exception):
    """The sound system does not answer a search for devices."""


class StartError(Exception):
    """A device that is open does not start; the text says why, in PortAudio's words."""


class PortAudio:
    """Makes all calls of sounddevice, one after the other, each with a time limit.

    Its users call it from threads of their own. A search for devices has to end PortAudio and
    start it again, which would close the streams of all users; so there is none while another
    user has a stream open.

    Args:
        limit_s: How long a call may take.
    """

    def __init__(self, limit_s: float = _LIMIT_S) -> None:
        self._thread = DeviceThread(limit_s)
        self._library: ModuleType | None = None
        self._streams: list[Any] = []
        self._users: set[object] = set()
        # Held for a whole call: `DeviceThread` serves one caller at a time.
        self._lock = threading.Lock()

    def call(self, user: object, function: Callable[[ModuleType], Result]) -> Result:
        """Make a call with sounddevice, and return what it returns or raise what it raises.

        Args:
            user: Who calls; PortAudio ends once all of its users have ended.
            function: Gets the module.

        Raises:
            NoAnswerError: It takes longer than the limit, or one before it still does.
            MissingLibraryError: PortAudio is not installed.
        """
        with self._lock:
            self._users.add(user)
            return self._thread.call(lambda: function(self._load()))

    def open(self, user: object, make_stream: Callable[[ModuleType], Any]) -> Any:
        """Open a stream; one that opens too late is closed by the next search.

        Raises:
            NoAnswerError, MissingLibraryError: As in `call`.
        """
        with self._lock:  # for both: a search in between would close it
            self._users.add(user)
            stream = self._thread.call(lambda: make_stream(self._load()))
            self._streams.append(stream)
        return stream

    def close(self, user: object, stream: Any) -> None:
        """Close a stream; one that does not answer is closed as soon as it does."""
        with contextlib.suppress(NoAnswerError, MissingLibraryError):
            self.call(user, lambda _: stream.close(ignore_errors=True))
        with self._lock:
            self._streams = [one for one in self._streams if one is not stream]

    def search(self, user: object) -> None:
        """Search for devices again: PortAudio keeps the list that it made at its start.

        Raises:
            SearchError: The sound system does not answer.
            NoAnswerError, MissingLibraryError: As in `call`.
        """
        self.call(user, self._restart)

    def end(self, user: object) -> None:
        """Count a user out; after the last one PortAudio ends, and so does its thread."""
        with self._lock:
            self._users.discard(user)
            if self._users:
                return
            if self._library is not None:
                sounddevice = self._library
                # At exit sounddevice would end PortAudio without a time limit.
                atexit.unregister(sounddevice._exit_handler)
                with contextlib.suppress(NoAnswerError, sounddevice.PortAudioError):
                    self._thread.call(sounddevice._terminate)
                self._library = None
            self._thread.end()

    def _restart(self, sounddevice: ModuleType) -> None:
        if self._streams:  # of another user, who would lose it
            return
        with contextlib.suppress(sounddevice.PortAudioError):  # the last search may have failed
            sounddevice._terminate()  # closes a stream that was opened too late as well
        try:
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise SearchError from error

    def _load(self) -> ModuleType:
        if self._library is None:
            try:
                import sounddevice
            except OSError as error:
                raise MissingLibraryError from error
            if not sounddevice._initialized:  # another studio of this process has ended it
                sounddevice._initialize()
            self._library = sounddevice
        return self._library


def device_names(sounddevice: Any, channels: str) -> tuple[str, ...]:
    """Unique names of the devices: Windows lists each under several host APIs.

    Args:
        sounddevice: The module.
        channels: Of which kind they have some: "max_output_channels" or "max_input_channels".
    """
    return tuple(
        f"{device['name']}, {sounddevice.query_hostapis(device['hostapi'])['name']}"
        for device in sounddevice.query_devices()
        if device[channels] > 0
    )
