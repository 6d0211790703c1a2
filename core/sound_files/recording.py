"""Reads a sound file as a take: its samples, and the log-mel that edits start from."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError, InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import MIN_DURATION_S, GenerationRequest
from core.api.take import Take
from core.mel import LOG_FLOOR, MelParams
from core.runtime.spool import Spool
from core.sound_files.audio_facts import AudioFacts
from core.sound_files.audio_file import MAX_DISK_BYTES, read_facts, read_markers
from core.sound_files.mono import Downmix, mono_pieces
from core.sound_files.source_preview import log_mel_stretches

IN_MEMORY_BYTES = 16 << 20  # a longer recording stays on the disk
_STRETCH_FRAMES = 1024
_CUT_OFF = " was cut off or is damaged: {missing_s:.1f} s of it are missing."
_CANCELLED = (
    ": its channels cancel each other out, so that an edit hears almost nothing of it. Please "
    "invert one of them in an audio editor first."
)


def read_recording(
    request: GenerationRequest, progress: Progress, params: MelParams | None = None
) -> Take:
    """The sound file that a request names as its recording, as a take, whatever edits follow.

    Its samples are those of the file at its own rate and channels; whole numbers of more than 24
    bits, and doubles, are rounded to float32. Memory does not depend on its length.

    Args:
        request: The request; its edits are left out.
        progress: Gets a notice where the channels cancel each other out, and may cancel.
        params: Geometry of the log-mel; AudioLDM's when left out.

    Raises:
        InvalidRequestError: The request names no recording.
        AudioFileError: The file cannot be read, is damaged, empty or too long.
        DiskError: There is no room for its samples.
        Cancelled: The owner of `progress` wants so.
    """
    if request.recording is None:
        raise InvalidRequestError("recording", "There is no recording to open; choose a file.")
    params, path = params or MelParams(), Path(request.recording)
    facts, downmix = read_facts(path, MAX_DISK_BYTES), Downmix()
    is_mono = facts.channels == 1
    with Spool(() if is_mono else (facts.channels,)) as samples, Spool((params.n_mels,)) as mel:

        def keep(block: FloatArray) -> None:
            samples.append(block[0] if is_mono else block.T)

        rate = params.sample_rate
        pieces = mono_pieces(path, rate, downmix, keep, max_bytes=MAX_DISK_BYTES)
        for frames in log_mel_stretches(pieces, params, _STRETCH_FRAMES):
            progress.check_cancelled()
            mel.append(frames)
        if not samples.num_rows:
            raise AudioFileError(str(path), "this file holds no sound; please choose another.")
        if not mel.num_rows:  # shorter than a frame
            mel.append(np.full((1, params.n_mels), LOG_FLOOR, np.float32))
        waveform, log_mel = _held(samples), _held(mel)
    _announce_faults(path, facts, downmix, progress)
    duration_s = len(waveform) / facts.sample_rate
    return Take(
        request=replace(request, duration_s=max(MIN_DURATION_S, duration_s), edits=()),
        sample_rate=facts.sample_rate,
        waveform=waveform,
        mel=log_mel,
        markers=read_markers(path, facts),
    )


def _announce_faults(path: Path, facts: AudioFacts, downmix: Downmix, progress: Progress) -> None:
    """Say what is wrong with a sound that can be opened all the same."""
    if facts.missing_s:
        progress.emit(Notice(f"{path.name}{_CUT_OFF.format(missing_s=facts.missing_s)}"))
    if downmix.is_cancelled:
        progress.emit(Notice(f"{path.name}{_CANCELLED}"))


def _held(spool: Spool) -> FloatArray:
    """All rows of a spool: a few in memory, more where they lie."""
    rows = spool.mapped()
    return np.array(rows) if rows.nbytes <= IN_MEMORY_BYTES else rows
