"""A take opened for the viewer: with the levels of its spectrogram, ready to be drawn."""

from dataclasses import dataclass

from app.view_models.viewer.level_pyramid import LevelPyramid, encode_log_mel
from core.api.region import Region, Span
from core.api.take import Take
from core.mel_scale import MelParams

_FRAMES_AT_ONCE = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class OpenedTake:
    """A take as the viewer shows it.

    Attributes:
        take_id: Its name in the history, and in the library.
        take: The take itself.
        levels: Its log-mel as codes from 0 to 255, at several resolutions along time.
    """

    take_id: str
    take: Take
    levels: LevelPyramid


def open_take(take_id: str, take: Take) -> OpenedTake:
    """Compute what the viewer draws of a take.

    An hour of sound takes half a second, so call it outside the window's thread. Frames beyond the
    end of the sound are left out: a decoder's last tile may be longer.
    """
    num_frames = max(1, round(take.duration_s * MelParams().frames_per_second))
    mel = take.mel[:num_frames]
    levels = LevelPyramid(num_frames, mel.shape[1])
    for start in range(0, len(mel), _FRAMES_AT_ONCE):
        part = mel[start : start + _FRAMES_AT_ONCE]
        region = Region(Span(start, start + len(part)), Span(0, mel.shape[1]))
        levels.write(region, encode_log_mel(part).T)  # (time, mel) -> (mel, time)
    return OpenedTake(take_id, take, levels)
