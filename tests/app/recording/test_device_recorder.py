"""The recorder keeps every sample that came, from the pre-roll to the last one."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.recording import device_recorder
from app.recording.device_recorder import DeviceRecorder
from app.view_models.recording.recorder import FinishedRecording, InputChoice, InputProblem
from app.view_models.transport.playback import LevelStep
from tests.app.playback.fake_output import wait_until
from tests.app.recording.fake_input import FakeInput

RATE = 16000
BLOCK = 512


def blocks(num_frames: int, channels: int = 1) -> np.ndarray:
    """Samples that are all different."""
    count = np.arange(1, num_frames * channels + 1, dtype=np.float32).reshape(-1, channels)
    return count / np.float32(2**20)


def give(sound_input: FakeInput, samples: np.ndarray) -> None:
    for start in range(0, len(samples), BLOCK):
        sound_input.give(samples[start : start + BLOCK])


def received(recorder: DeviceRecorder) -> float:
    """Seconds that the recorder's thread has taken since the last call."""
    return sum(levels[0].duration_s for levels in recorder.take_levels())


def wait_for_seconds(recorder: DeviceRecorder, seconds: float) -> None:
    taken = [0.0]

    def is_taken() -> bool:
        taken[0] += received(recorder)
        return taken[0] > seconds - 1e-6

    wait_until(is_taken)


def listen(recorder: DeviceRecorder, sound_input: FakeInput, choice: InputChoice) -> None:
    recorder.listen(choice)
    wait_until(lambda: sound_input.is_running)


def begin(recorder: DeviceRecorder, folder: Path, name: str = "a") -> None:
    recorder.record(folder, name)
    wait_until(lambda: (folder / f"{name}.wav").exists() and recorder._file is not None)


def finished(recorder: DeviceRecorder) -> FinishedRecording:
    found: list[FinishedRecording] = []
    wait_until(lambda: bool(found.extend(recorder.take_finished()) or found))
    return found[0]


def read(recording: FinishedRecording) -> np.ndarray:
    samples, rate = soundfile.read(recording.kept.path, dtype="float32", always_2d=True)
    assert rate == RATE
    recording.kept.remove()
    return samples


@pytest.mark.parametrize("channels", [1, 2])
def test_every_sample_is_recorded(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path, channels: int
) -> None:
    samples = blocks(3 * RATE, channels)
    listen(recorder, sound_input, InputChoice("line", channels))
    begin(recorder, tmp_path)
    give(sound_input, samples)
    recorder.stop()
    recording = finished(recorder)
    assert recording.trouble is None
    assert recording.kept.duration_s == 3.0
    assert not recorder.is_recording
    np.testing.assert_array_equal(read(recording), samples)
    assert list(tmp_path.iterdir()) == []


def test_the_pre_roll_comes_first(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    samples = blocks(4 * RATE)
    listen(recorder, sound_input, InputChoice(pre_roll_s=1.5))
    give(sound_input, samples[: 3 * RATE])
    wait_for_seconds(recorder, 3.0)
    begin(recorder, tmp_path)
    assert recorder.recorded_s == 1.5
    give(sound_input, samples[3 * RATE :])
    recorder.stop()
    np.testing.assert_array_equal(read(finished(recorder)), samples[3 * RATE // 2 :])


def test_without_pre_roll_nothing_of_before_is_recorded(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice())
    give(sound_input, blocks(RATE))
    wait_for_seconds(recorder, 1.0)
    begin(recorder, tmp_path)
    give(sound_input, blocks(BLOCK))
    recorder.stop()
    np.testing.assert_array_equal(read(finished(recorder)), blocks(BLOCK))


def test_what_is_on_its_way_when_a_recording_ends_is_in_it(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    sound_input.latency_s = 0.5
    listen(recorder, sound_input, InputChoice())
    begin(recorder, tmp_path)
    give(sound_input, blocks(RATE))
    recorder.stop()
    assert recorder.is_recording
    give(sound_input, blocks(BLOCK))
    np.testing.assert_array_equal(
        read(finished(recorder)), np.concatenate([blocks(RATE), blocks(BLOCK)])
    )


def test_levels_are_measured_while_nothing_is_recorded(
    recorder: DeviceRecorder, sound_input: FakeInput
) -> None:
    listen(recorder, sound_input, InputChoice(channels=2))
    sound_input.give(np.tile(np.float32([[-0.5, 0.0]]), (160, 1)))
    levels = []
    wait_until(lambda: bool(levels.extend(recorder.take_levels()) or levels))
    assert levels[0] == (LevelStep(0.01, 0.5, 0.25), LevelStep(0.01, 0.0, 0.0))
    assert recorder.silent_s == 0


def test_an_input_that_gives_nothing_but_zeros_is_noticed(
    recorder: DeviceRecorder, sound_input: FakeInput
) -> None:
    listen(recorder, sound_input, InputChoice())
    give(sound_input, np.zeros((3 * RATE, 1), np.float32))
    wait_until(lambda: recorder.silent_s > 2.99)
    assert recorder.silent_s == pytest.approx(3.0)


def test_lost_samples_are_counted(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice())
    sound_input.give(blocks(BLOCK), has_gap=True)
    wait_for_seconds(recorder, BLOCK / RATE)
    begin(recorder, tmp_path)
    for has_gap in (False, True, True):
        sound_input.give(blocks(BLOCK), has_gap=has_gap)
    recorder.stop()
    recording = finished(recorder)
    assert recording.num_gaps == 2
    recording.kept.remove()


def test_a_device_that_goes_away_keeps_what_was_recorded(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice("line"))
    begin(recorder, tmp_path)
    give(sound_input, blocks(RATE))
    sound_input.unplug()
    recording = finished(recorder)
    assert recording.trouble is not None
    assert recording.trouble.problem is InputProblem.LOST
    assert recording.trouble.device == "line"
    np.testing.assert_array_equal(read(recording), blocks(RATE))
    assert not recorder.is_recording


def test_an_input_that_appears_later_is_opened(
    recorder: DeviceRecorder, sound_input: FakeInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_recorder, "_SEARCH_AFTER_S", 0.05)
    sound_input.problem = InputProblem.NO_DEVICE
    recorder.listen(InputChoice())
    wait_until(lambda: recorder.trouble is not None)
    wait_until(lambda: sound_input.rescans > 1)
    sound_input.problem = None
    wait_until(lambda: sound_input.is_running)
    wait_until(lambda: recorder.trouble is None)
    assert recorder.device == "microphone"


def test_a_full_disk_keeps_what_was_recorded(
    recorder: DeviceRecorder,
    sound_input: FakeInput,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listen(recorder, sound_input, InputChoice())
    begin(recorder, tmp_path)
    give(sound_input, blocks(RATE))
    wait_until(lambda: recorder.recorded_s == 1.0)

    def refuse(descriptor: int, content: memoryview) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "write", refuse)
    give(sound_input, blocks(RATE))
    recording = finished(recorder)
    monkeypatch.undo()
    assert recording.trouble is not None
    assert recording.trouble.problem is InputProblem.DISK
    assert "disk is full" in recording.trouble.detail
    assert sound_input.is_running
    np.testing.assert_array_equal(read(recording), blocks(RATE))


def test_a_folder_that_cannot_be_written_is_said(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    listen(recorder, sound_input, InputChoice())
    recorder.record(tmp_path / "file", "a")
    wait_until(lambda: recorder.trouble is not None)
    assert recorder.trouble is not None
    assert recorder.trouble.problem is InputProblem.DISK
    assert not recorder.is_recording


def test_nothing_stays_of_a_discarded_recording(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice())
    begin(recorder, tmp_path)
    give(sound_input, blocks(RATE))
    recorder.discard()
    wait_until(lambda: not list(tmp_path.iterdir()))
    assert recorder.take_finished() == []


def test_a_recording_after_a_discarded_one_is_kept(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice())
    begin(recorder, tmp_path, "a")
    give(sound_input, blocks(RATE))
    recorder.discard()
    recorder.record(tmp_path, "b")
    wait_until(lambda: (tmp_path / "b.wav").exists() and not (tmp_path / "a.wav").exists())
    wait_until(lambda: recorder._file is not None)
    give(sound_input, blocks(BLOCK))
    recorder.stop()
    assert len(read(finished(recorder))) == BLOCK
    assert recorder.take_finished() == []


def test_another_choice_opens_another_input(
    recorder: DeviceRecorder, sound_input: FakeInput
) -> None:
    listen(recorder, sound_input, InputChoice("line", 1))
    recorder.listen(InputChoice("microphone", 2, pre_roll_s=1.0))
    wait_until(lambda: len(sound_input.opened) == 2)
    recorder.listen(InputChoice("microphone", 2, pre_roll_s=2.0))  # needs no other input
    wait_until(lambda: recorder.channels == 2)
    assert sound_input.opened == [("line", 1), ("microphone", 2)]


def test_another_choice_waits_for_the_end_of_a_recording(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice("line"))
    begin(recorder, tmp_path)
    recorder.listen(InputChoice("microphone"))
    give(sound_input, blocks(RATE))
    wait_until(lambda: recorder.recorded_s == 1.0)
    assert sound_input.opened == [("line", 1)]
    recorder.stop()
    wait_until(lambda: sound_input.opened[-1] == ("microphone", 1))
    assert len(read(finished(recorder))) == RATE


def test_two_recordings_one_after_the_other_are_two(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice())
    begin(recorder, tmp_path, "a")
    give(sound_input, blocks(RATE))
    recorder.stop()
    recorder.record(tmp_path, "b")
    first = finished(recorder)
    wait_until((tmp_path / "b.wav").exists)
    give(sound_input, blocks(BLOCK))
    recorder.stop()
    assert (len(read(first)), len(read(finished(recorder)))) == (RATE, BLOCK)


def test_closing_keeps_the_recording_for_the_next_start(
    recorder: DeviceRecorder, sound_input: FakeInput, tmp_path: Path
) -> None:
    listen(recorder, sound_input, InputChoice())
    begin(recorder, tmp_path)
    give(sound_input, blocks(RATE))
    recorder.close()
    assert sound_input.has_ended
    assert len(soundfile.read(tmp_path / "a.wav")[0]) == RATE


def test_resting_releases_the_input(recorder: DeviceRecorder, sound_input: FakeInput) -> None:
    listen(recorder, sound_input, InputChoice())
    recorder.rest()
    wait_until(lambda: not sound_input.is_open)
    assert recorder.device == ""
