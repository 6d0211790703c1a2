"""Plays one clip, also while it is still growing: connects the clip, the feed and the device.

Everything slow (finding and opening a device, resampling) happens in the player's own thread.
The window only sets what it wants and reads the state; no signals are emitted.

Four threads meet here. The window's calls most methods, the engine's calls `append` and `finish`,
the player's own runs `_run`, and the device's calls `Voice.render`, which takes no lock.
"""

import threading
import time

from app.playback.band_sound import BandSound
from app.playback.feed import Feed
from app.playback.heard_levels import HeardLevels
from app.playback.heard_position import HeardPosition
from app.playback.mixed_clip import MixedClip
from app.playback.sample_buffer import SampleBuffer
from app.playback.sound_output import Output, OutputError, SoundDeviceOutput
from app.playback.voice import Voice
from app.portaudio.lost_device import BlockWatch, LostDevice
from app.view_models.transport.peak_pyramid import PeakPyramid
from app.view_models.transport.playback import LevelStep, MixedSound
from core.api.arrays import FloatArray
from core.api.region import Span

_FEED_INTERVAL_S = 0.02
_RESUME_S = 0.2
_CLOSE_AFTER_S = 1.0  # a device that is not played through is closed after this time
_LOST = (
    "The sound device does not take any sound. Playback goes on when a device answers. "
    "Generating and exporting work all the same."
)
_SHORTEST_LOOP_S = 0.02


class Player:
    """The sound output of the studio; every method returns at once and is safe from any thread.

    Attributes:
        silent_reason: One sentence on why nothing can be heard; empty when it can.

    Args:
        output: The device; the system's when None.
    """

    def __init__(self, output: Output | None = None) -> None:
        self.silent_reason = ""
        self._output = output or SoundDeviceOutput()
        self._voice = Voice()
        self._buffer: SampleBuffer | MixedClip = SampleBuffer(1, 0)
        self._place = HeardPosition(self._output, self._voice)
        self._loop: Span | None = None
        self._only_range: Span | None = None  # what alone is to be played
        self._band_hz: tuple[float, float] | None = None
        self._wants_to_play = False
        self._wants_rescan = self._is_scanning = False
        self._has_looked = False  # whether a device was opened, or tried, since the last search
        self._has_opened = self._is_started = False
        self._lost, self._watch = LostDevice(), BlockWatch()
        self._levels = HeardLevels()
        self._wants_close = False
        self._device_name: str | None = None
        self._last_use_s = 0.0
        # Held for what the window and the player's thread both change: clip, feed, origin, loop,
        # range, requests. Never while the device opens or samples are resampled: the window must
        # not wait for those.
        self._lock = threading.Lock()
        self._wake = threading.Event()  # set by every request; the player's thread sleeps on it
        self._thread: threading.Thread | None = None

    @property
    def is_playing(self) -> bool:
        """Whether playback is on."""
        return self._wants_to_play

    @property
    def is_buffering(self) -> bool:
        """Whether the play head waits for samples that are not made yet."""
        return self._wants_to_play and self._voice.is_starved

    @property
    def position_s(self) -> float:
        """What is heard at this moment, in seconds from the start of the clip."""
        with self._lock:
            return self._place.sample / self._buffer.sample_rate

    @property
    def duration_s(self) -> float:
        """Length of the clip, or the space reserved for one that grows."""
        return self._buffer.num_samples / self._buffer.sample_rate

    @property
    def sample_rate(self) -> int:
        """Samples a second of the clip."""
        return self._buffer.sample_rate

    @property
    def peaks(self) -> PeakPyramid:
        """The extremes of the samples so far."""
        return self._buffer.peaks

    @property
    def channel_peaks(self) -> tuple[PeakPyramid, ...]:
        """Those of each channel that is played."""
        return self._buffer.channel_peaks

    @property
    def is_scanning(self) -> bool:
        """Whether a search for devices is going on."""
        return self._is_scanning and self._thread is not None

    @property
    def device_names(self) -> tuple[str, ...]:
        """The devices that were found; empty before the first clip."""
        return self._output.device_names

    def begin(
        self, sample_rate: int, num_samples: int, *, grows: bool = False, channels: int = 1
    ) -> None:
        """Stop playing, and reserve space for a clip; one that `grows` may get longer."""
        self._begin(SampleBuffer(sample_rate, num_samples, grows=grows, channels=channels))

    def begin_mix(self, sound: MixedSound) -> None:
        """Stop playing, and take a sound that is computed while it is heard as the next clip."""
        self._begin(MixedClip(sound))

    def _begin(self, clip: SampleBuffer | MixedClip) -> None:
        with self._lock:
            self._wants_to_play = self._voice.is_open = False
            self._lost.forget_playback()
            self._buffer = clip
            self._loop = self._only_range = self._band_hz = None
            self._place.restart_at(0)
            self._start_thread()

    def renew_mix(self) -> None:
        """Note that this sound has changed: what the device did not take is computed again."""
        with self._lock:
            if isinstance(self._buffer, MixedClip):
                self._buffer.renew()
                self._place.restart_at(self._place.taken_sample)
                self._wake_thread()

    def append(self, start_sample: int, samples: FloatArray) -> None:
        """Take samples (n,) or (n, channels) of the clip, from `start_sample` onward."""
        # The engine's thread: the buffer has a lock of its own, so a seek does not wait for it.
        if isinstance(self._buffer, SampleBuffer):
            self._buffer.append(start_sample, samples)

    def finish(self) -> None:
        """No more samples will come."""
        if isinstance(self._buffer, SampleBuffer):
            self._buffer.finish()

    def play(self) -> None:
        """Start at the play head, or at the beginning if it is at the end."""
        with self._lock:
            if self._buffer.is_complete and self._place.sample >= self._buffer.available:
                self._place.restart_at(0)
            self._wants_to_play = not self._wants_close
            self._wake_thread()

    def play_stretch(self, start_s: float, stop_s: float) -> None:
        """Play only a range, then return to its start."""
        with self._lock:
            rate = self._buffer.sample_rate
            start = max(0, round(start_s * rate))
            self._only_range = Span(start, max(start + 1, round(stop_s * rate)))
            self._place.restart_at(start)
            self._wants_to_play = not self._wants_close
            self._wake_thread()

    def pause(self) -> None:
        """Stop, and keep the play head where it is."""
        with self._lock:
            self._wants_to_play = self._voice.is_open = False
            self._lost.forget_playback()
            self._wake_thread()

    def seek(self, position_s: float) -> None:
        """Move the play head; a range played alone ends, and playback goes on from there."""
        with self._lock:
            self._only_range = None
            self._place.restart_at(max(0.0, position_s) * self._buffer.sample_rate)
            self._wake_thread()

    def set_loop(self, start_s: float, stop_s: float) -> None:
        """Repeat a range, once the play head reaches its end.

        A range under 20 ms is too short to loop, and clears the loop.
        """
        with self._lock:
            rate, end = self._buffer.sample_rate, self._buffer.num_samples
            stop_s = min(stop_s, end / rate)
            is_loop = 0 <= start_s <= stop_s - _SHORTEST_LOOP_S
            self._loop = Span(round(start_s * rate), round(stop_s * rate)) if is_loop else None
            self._place.restart_at(self._place.sample)
            self._wake_thread()

    def clear_loop(self) -> None:
        """Stop repeating."""
        with self._lock:
            self._loop = None
            self._place.restart_at(self._place.sample)
            self._wake_thread()

    def set_band(self, band_hz: tuple[float, float] | None) -> None:
        """Play only what lies between two frequencies in Hz, or everything, in this clip."""
        with self._lock:
            if band_hz != self._band_hz:
                self._band_hz = band_hz
                self._place.restart_at(self._place.sample)
                self._wake_thread()

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 1."""
        self._voice.volume = volume

    def take_heard(self) -> list[LevelStep]:
        """The levels of what was heard since the last call, in order."""
        return self._levels.take()

    def choose_device(self, name: str | None) -> None:
        """Play through a device of `device_names`, or through the system's own choice."""
        with self._lock:
            self._device_name = name
            self._wants_rescan = self._is_scanning = True
            self._wake_thread()  # before the first clip there is no thread, and the request waits

    def rescan_devices(self) -> None:
        """Search for devices again."""
        with self._lock:
            self._wants_rescan = self._is_scanning = True
            self._start_thread()
            self._wake_thread()

    def close(self) -> None:
        """Release the sound device and end the thread; a device that is stuck is left behind."""
        with self._lock:
            self._wants_close = True
            self._wants_to_play = self._voice.is_open = False
            self._wake_thread()
        if self._thread is not None:
            self._thread.join()  # without the lock: the thread's last step may need it

    def _wake_thread(self) -> None:
        self._last_use_s = time.perf_counter()
        self._wake.set()

    def _start_thread(self) -> None:
        if self._thread is None and not self._wants_close:
            self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        """The player's thread; the only one that uses the output."""
        while not self._wants_close:
            try:
                self._step()
            except OutputError as error:
                self._report_silence(str(error))
            self._is_scanning = self._wants_rescan
            self._wake.wait(self._wait_s())
            self._wake.clear()
        self._output.end()

    def _wait_s(self) -> float | None:
        """How long the thread may sleep; None = until a request."""
        if self._wants_to_play:
            return _FEED_INTERVAL_S
        if self._output.is_open:
            return _CLOSE_AFTER_S
        return self._lost.wait_s(time.perf_counter())

    def _step(self) -> None:
        """Bring the device one step nearer to the wanted state."""
        now_s = time.perf_counter()
        must_look = self._wants_to_play or self._lost.is_search_due(now_s)
        # What is known of the devices is out of date once none of them could be used.
        if self._wants_rescan or (self.silent_reason and must_look):
            self._release_device()
            self._wants_rescan = self._has_looked = False
            self._output.rescan()
        if not self._output.is_open and (self._wants_to_play or not self._has_looked):
            self._open_device()
        if self._wants_to_play:
            self._feed_device()
        elif self._output.is_open and now_s - self._last_use_s > _CLOSE_AFTER_S:
            self._release_device()

    def _open_device(self) -> None:
        """Open the device; playback that the loss of one has interrupted goes on."""
        self._has_looked = True
        self._output.open(self._device_name, self._voice.render)
        self._has_opened = True
        self._is_started = False
        with self._lock:
            self._last_use_s = time.perf_counter()
            self.silent_reason = ""
            if self._lost.note_found(time.perf_counter()):
                self._wants_to_play = not self._wants_close

    def _release_device(self) -> None:
        """Close the device; the next one may have another rate, so it gets another feed."""
        with self._lock:
            self._place.restart_at(self._place.sample)
        self._output.close()

    def _feed_device(self) -> None:
        with self._lock:
            feed, position = self._place.feed or self._new_feed(), self._place.sample
        self._levels.follow(feed.sound, position, self._voice.volume)
        if not feed.waits_for_more(is_starved=self._voice.is_starved):
            feed.fill()  # without the lock: it resamples
        if not self._is_started:
            self._output.start()  # after the feed has samples, so that it does not begin starved
            self._is_started, self._watch = True, BlockWatch()
        elif not self._output.is_running or self._watch.is_silent(self._voice.num_blocks):
            raise OutputError(_LOST)
        with self._lock:  # the window may have paused, or put another feed in place, since
            self._voice.is_open = self._wants_to_play
            if feed is self._place.feed and self._place.has_ended:
                next_sample = self._only_range.start if self._only_range else feed.end_sample
                self._place.restart_at(next_sample)
                self._wants_to_play = self._voice.is_open = False
                self._only_range = None
                self._last_use_s = time.perf_counter()

    def _new_feed(self) -> Feed:
        rate, band_hz = self._output.sample_rate, self._band_hz
        feed = Feed(
            BandSound(self._buffer, band_hz) if band_hz else self._buffer,
            round(self._place.sample),
            rate,
            None if self._only_range else self._loop,
            stop_sample=self._only_range.stop if self._only_range else None,
        )
        self._place.follow(feed)
        self._voice.change_to(feed.ring, round(_RESUME_S * rate))
        return feed

    def _report_silence(self, sentence: str) -> None:
        with self._lock:
            self.silent_reason = sentence
            if self._has_opened:  # a machine that never had a device is not searched all the time
                self._lost.note_lost(time.perf_counter(), was_playing=self._wants_to_play)
            self._wants_to_play = self._voice.is_open = False
            self._place.restart_at(self._place.sample)
        self._output.close()
