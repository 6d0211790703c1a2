"""Exports an arrangement: its mix, and its stems, which sum to the mix.

They take the settings of every export. What is found for the whole mix, its stretch without
silence and its gain, goes for each stem too.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
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
from core.sound_files.encoding.audio_writer import AudioWriter
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
    with _File.of_mix(path, arrangement).writer(rendering, settings) as writer:
        level = write_rendering(writer, rendering, settings, progress or Progress())
    return exported(writer, level)


def write_stems(
    paths: Mapping[int, Path],
    arrangement: Arrangement,
    sources: Mapping[str, SoundSource],
    settings: ExportSettings,
    progress: Progress | None = None,
    *,
    mix_path: Path | None = None,
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
        mix_path: A file for the mix, which appears with them; None = none.

    Returns:
        What was written: the mix, where it was asked for, then the stems.

    Raises:
        InvalidRequestError: Nothing is left to save.
        AudioFileError: One of them cannot be written.
        Cancelled: The run was cancelled through `progress`.
    """
    progress = progress or Progress()
    mix = _rendering(arrangement, sources, settings)
    files = [] if mix_path is None else [_File.of_mix(mix_path, arrangement)]
    files += [_File.of_stem(path, arrangement, track) for track, path in paths.items()]
    is_measured, level = settings.normalisation is not Normalisation.NONE, Level()
    num_passes = len(files) + is_measured
    if is_measured:
        level = level_of(mix, settings, _share(progress, 0, num_passes))
    plain = _plain_settings(settings, mix.span, arrangement.sample_rate)
    writers = []
    with ExitStack() as stack:
        for number, file in enumerate(files, int(is_measured)):
            source = _Amplified(Mix(file.heard, sources), level.gain)
            rendering = ExportRendering(source, arrangement.sample_rate, plain)
            writer = file.writer(rendering, plain)
            writers.append(stack.enter_context(writer))
            write_rendering(writer, rendering, plain, _share(progress, number, num_passes))
    return tuple(exported(writer, level) for writer in writers)


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be written.

    Attributes:
        path: Where it will be.
        heard: The arrangement whose mix it holds.
        title: The title that players show.
        metadata: What other programs may know of it.
    """

    path: Path
    heard: Arrangement
    title: str
    metadata: Mapping[str, str]

    @classmethod
    def of_mix(cls, path: Path, arrangement: Arrangement) -> "_File":
        return cls(path, arrangement, arrangement.name, {"arrangement": arrangement.name})

    @classmethod
    def of_stem(cls, path: Path, arrangement: Arrangement, track_id: int) -> "_File":
        name = arrangement.track(track_id).name
        metadata = {"arrangement": arrangement.name, "track": name}
        return cls(path, stem(arrangement, track_id), name, metadata)

    def writer(self, rendering: ExportRendering, settings: ExportSettings) -> AudioWriter:
        return writer_of(self.path, rendering, settings, title=self.title, metadata=self.metadata)


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
