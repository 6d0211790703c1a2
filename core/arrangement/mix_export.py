"""Exports an arrangement: its mix, and its stems, which sum to the mix.

They take the settings of every export. What is found for the whole mix, its stretch without
silence and its gain, goes for each stem too.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import InvalidRequestError
from core.api.events import Event, ExportAdvanced
from core.api.progress import InnerProgress, Progress
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.mix import Mix, stem
from core.arrangement.sound_source import SoundSource
from core.sound_files.export.level import Level
from core.sound_files.export.rendering import ExportRendering
from core.sound_files.export.settings import ExportSettings, Normalisation
from core.sound_files.export.writing import (
    Exported,
    exported,
    level_of,
    write_rendering,
    writer_of,
)


def write_mix(
    path: Path,
    arrangement: Arrangement,
    sources: Mapping[str, SoundSource],
    settings: ExportSettings,
    progress: Progress | None = None,
) -> Exported:
    """Write the mix of an arrangement atomically; memory does not depend on its length.

    Args:
        path: The file, which is replaced if it exists.
        arrangement: The arrangement.
        sources: The sounds by their ids.
        settings: The export settings.
        progress: Receives `ExportAdvanced`, and may cancel.

    Raises:
        InvalidRequestError: Nothing is left to save.
        AudioFileError: It cannot be written.
        Cancelled: The run was cancelled through `progress`.
    """
    rendering = _rendering(arrangement, sources, settings)
    name = arrangement.name
    writer = writer_of(path, rendering, settings, title=name, metadata={"arrangement": name})
    with writer:
        level = write_rendering(writer, rendering, settings, progress or Progress())
    return exported(writer, level)


def write_stems(
    paths: Mapping[int, Path],
    arrangement: Arrangement,
    sources: Mapping[str, SoundSource],
    settings: ExportSettings,
    progress: Progress | None = None,
    *,
    level: Level | None = None,
) -> tuple[Exported, ...]:
    """Write a file for each of some heard tracks; either all of them appear, or none.

    All are as long as the mix, and those of all heard tracks sum to it: to float precision where
    the format has it, as near as its steps where it has not.

    Args:
        paths: The files by the tracks' numbers; those that exist are replaced.
        arrangement: The arrangement.
        sources: The sounds by their ids.
        settings: The export settings; normalisation is that of the mix.
        progress: Receives `ExportAdvanced`, and may cancel.
        level: The level of the mix, which `write_mix` finds; None = it is measured.

    Raises:
        InvalidRequestError: Nothing is left to save.
        AudioFileError: One of them cannot be written.
        Cancelled: The run was cancelled through `progress`.
    """
    progress = progress or Progress()
    mix = _rendering(arrangement, sources, settings)
    is_measured = level is None and settings.normalisation is not Normalisation.NONE
    num_passes = len(paths) + is_measured
    if is_measured:
        level = level_of(mix, settings, _share(progress, 0, num_passes))
    level = level or Level()
    plain = _plain_settings(settings, mix.span, arrangement.sample_rate)
    with ExitStack() as files:
        writers = []
        for number, (track_id, path) in enumerate(paths.items(), int(is_measured)):
            source = _Amplified(Mix(stem(arrangement, track_id), sources), level.gain)
            rendering = ExportRendering(source, arrangement.sample_rate, plain)
            name = arrangement.track(track_id).name
            metadata = {"arrangement": arrangement.name, "track": name}
            writer = writer_of(path, rendering, plain, title=name, metadata=metadata)
            writers.append(files.enter_context(writer))
            write_rendering(writer, rendering, plain, _share(progress, number, num_passes))
    return tuple(exported(writer, level) for writer in writers)


def _rendering(
    arrangement: Arrangement, sources: Mapping[str, SoundSource], settings: ExportSettings
) -> ExportRendering:
    if not arrangement.num_samples:
        raise InvalidRequestError(
            "layers", "There are no layers in this arrangement; please add a sound first."
        )
    return ExportRendering(Mix(arrangement, sources), arrangement.sample_rate, settings)


def _plain_settings(settings: ExportSettings, span: Span, sample_rate: int) -> ExportSettings:
    """The settings for a stretch that is known already, at a gain that is."""
    return replace(
        settings,
        start_s=span.start / sample_rate,
        stop_s=span.stop / sample_rate,
        trim_silence=False,
        normalisation=Normalisation.NONE,
    )


class _Amplified:
    """A mix at another gain; a gain of 1 changes no bit.

    Args:
        mix: The mix.
        gain: The factor.
    """

    def __init__(self, mix: Mix, gain: float) -> None:
        self.num_samples, self.channels = mix.num_samples, mix.channels
        self._mix, self._gain = mix, np.float32(gain)

    def read(self, span: Span) -> FloatArray:
        samples = self._mix.read(span)
        samples *= self._gain
        return samples


def _share(progress: Progress, number: int, num_passes: int) -> Progress:
    """The progress of one of several passes of equal length."""

    def pass_on(event: Event) -> None:
        if isinstance(event, ExportAdvanced):
            event = ExportAdvanced((number + event.fraction) / num_passes)
        progress.emit(event)

    return InnerProgress(progress, pass_on)
