"""A private PulseAudio daemon with a null sink: a real sound device without a sound card.

Needs no root, no session bus and no kernel module. What is played into the sink is recorded from
its monitor.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

ALSA_CONFIGURATION = """\
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""
SINK = "tessera"
PROGRAMS = ("pulseaudio", "pactl", "parec")
_PATIENCE_S = 20


class PulseDaemon:
    """The daemon and its sink; a context manager.

    Attributes:
        environment: For processes that shall play into the sink, through ALSA's pulse plugin.

    Args:
        sample_rate: The sink's own rate.
    """

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._home = Path(tempfile.mkdtemp(prefix="pulse."))  # short: it holds a socket
        alsa = self._home / "alsa.conf"
        alsa.write_text(ALSA_CONFIGURATION)
        self.environment = {
            **os.environ,
            "HOME": str(self._home),
            "PULSE_SERVER": f"unix:{self._home / 'socket'}",
            "PULSE_RUNTIME_PATH": str(self._home),
            "PULSE_STATE_PATH": str(self._home),
            "PULSE_COOKIE": str(self._home / "cookie"),
            "ALSA_CONFIG_PATH": str(alsa),
        }

    def __enter__(self) -> Self:
        """Start the daemon and wait until it answers."""
        self.start()
        return self

    def start(self) -> None:
        """Start the daemon, again if it was killed, and wait until it answers."""
        (self._home / "socket").unlink(missing_ok=True)  # one that was killed leaves it behind
        # norewinds: otherwise the sink asks for its second block a second late.
        sink = f"sink_name={SINK} rate={self.sample_rate} channels=1 format=float32le norewinds=1"
        self._daemon = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no"),
                *("--exit-idle-time=-1", "--disable-shm=yes", "--realtime=no"),
                *("--high-priority=no", f"--log-target=file:{self._home / 'log'}"),
                *("-L", f"module-native-protocol-unix socket={self._home / 'socket'} "),
                *("-L", f"module-null-sink {sink}"),
            ],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        self._wait_for_answer()
        subprocess.run(
            ["pactl", "set-default-sink", SINK],
            env=self.environment,
            check=True,
            timeout=_PATIENCE_S,
        )

    def kill(self) -> None:
        """End the daemon as a crash does."""
        self._daemon.kill()
        self._daemon.wait(_PATIENCE_S)

    def freeze(self) -> None:
        """Let the daemon answer nobody."""
        self._daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._daemon.send_signal(signal.SIGCONT)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the daemon."""
        self._daemon.terminate()
        self._daemon.wait(_PATIENCE_S)
        shutil.rmtree(self._home, ignore_errors=True)

    def _wait_for_answer(self) -> None:
        pause = threading.Event()
        for _ in range(_PATIENCE_S * 10):
            answer = subprocess.run(
                ["pactl", "info"], env=self.environment, capture_output=True, check=False
            )
            if answer.returncode == 0:
                return
            if self._daemon.poll() is not None:
                break
            pause.wait(0.1)
        log = self._home / "log"
        raise RuntimeError(f"PulseAudio does not start: {log.read_text() if log.exists() else ''}")


def running_daemon(sample_rate: int) -> Iterator[PulseDaemon]:
    """Yield a daemon for a fixture; skip its tests where a program of PulseAudio's is missing."""
    missing = next((name for name in PROGRAMS if shutil.which(name) is None), None)
    if missing:
        pytest.skip(f"{missing} is not installed; the set-up of the tests installs it")
    with PulseDaemon(sample_rate) as daemon:
        yield daemon


class Recording:
    """What the sink plays while the context lasts, as a WAV file of 16 bits."""

    def __init__(self, daemon: PulseDaemon, path: Path) -> None:
        self._daemon = daemon
        self._path = path

    def __enter__(self) -> Self:
        """Start, and wait until the recorder has connected."""
        self._recorder = subprocess.Popen(
            [
                *("parec", "--latency-msec=100", "-d", f"{SINK}.monitor", "--file-format=wav"),
                *("--format=s16le", f"--rate={self._daemon.sample_rate}", "--channels=1"),
                str(self._path),
            ],
            env=self._daemon.environment,
        )
        pause = threading.Event()
        for _ in range(_PATIENCE_S * 20):
            if self._path.exists() and self._path.stat().st_size > 10_000:
                return self
            pause.wait(0.05)
        raise RuntimeError("nothing is recorded")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Complete the file."""
        self._recorder.send_signal(signal.SIGINT)
        self._recorder.wait(_PATIENCE_S)
