"""The recordings that passed every filter, with their waveforms, kept in the work folder."""

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bundled_model.data.clip import SAMPLE_RATE, SAMPLE_SCALE
from bundled_model.data.recordings.catalogue import (
    DroppedFile,
    Reason,
    Recording,
    catalogued,
    parted,
)
from bundled_model.data.recordings.decoding import Waveform, read_mono
from bundled_model.data.recordings.duplicates import VARIANT_DISTANCE, close_pairs, copies
from bundled_model.data.recordings.filters import contradicts, fault, outliers
from bundled_model.data.recordings.labels import LabelTable
from bundled_model.data.recordings.measures import Measures, measured
from bundled_model.data.recordings.packages import Package
from bundled_model.data.recordings.recorded_concepts import NATURES, RECORDED_CONCEPTS
from bundled_model.data.recordings.split import Part, joined_keys, recording_key, split
from bundled_model.data.recordings.unpacking import fetched


@dataclass(frozen=True)
class LibraryClip:
    """A recording with its place in the library.

    Attributes:
        recording: What it is.
        key: The same for all variants of one recording.
        part: Whether it trains or tests.
        start: Its first sample among those of all.
        samples: Its length.
    """

    recording: Recording
    key: str
    part: Part
    start: int
    samples: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / SAMPLE_RATE


@dataclass(frozen=True)
class Library:
    """All usable recordings.

    Attributes:
        clips: What they are, in the order of their samples.
        dropped: What is not used, and why.
        samples: All waveforms one after another, 16 bits, each with its peak at full scale.
    """

    clips: tuple[LibraryClip, ...]
    dropped: tuple[DroppedFile, ...]
    samples: NDArray[np.int16]

    def waveform(self, clip: LibraryClip) -> Waveform:
        """Return a clip's samples (n,) at 16 kHz within [-1, 1]."""
        piece = self.samples[clip.start : clip.start + clip.samples]
        return piece.astype(np.float32) / SAMPLE_SCALE

    def of(self, part: Part) -> tuple[LibraryClip, ...]:
        """Return the clips of one part."""
        return tuple(clip for clip in self.clips if clip.part is part)

    def numbered(self, part: Part) -> dict[int, LibraryClip]:
        """Return the clips of one part by their places."""
        return {number: clip for number, clip in enumerate(self.clips) if clip.part is part}


NO_RECORDINGS = Library((), (), np.zeros(0, dtype=np.int16))
"""What a machine without the packages has."""


@dataclass(frozen=True)
class _Heard:
    recording: Recording
    waveform: Waveform
    measures: Measures

    @property
    def key(self) -> str:
        """The same for all variants of one recording."""
        return recording_key(self.recording.package, self.recording.path)


def library_folder(packages: Sequence[Package], work: Path) -> Path:
    """Return the folder of a library; fetch the packages and make it if it is not there.

    It is made again when the packages or the tables have changed since; a minute's work.
    """
    table = LabelTable.read()
    folder = work / "library" / _digest(packages, table)
    if not folder.exists():
        found = (
            item
            for package in packages
            for item in catalogued(package, fetched(package, work), table)
        )
        library = build(found, work / "recordings")
        shutil.rmtree(folder.parent, ignore_errors=True)
        write_library(library, folder)
    return folder


def open_library(packages: Sequence[Package], work: Path) -> Library:
    """Return the library of a work folder, made if it is not there."""
    return read_library(library_folder(packages, work))


def _digest(packages: Sequence[Package], table: LabelTable) -> str:
    """Return a short name for what the library depends on."""
    return sha256(repr((packages, table, RECORDED_CONCEPTS)).encode()).hexdigest()[:16]


def build(found: Iterable[Recording | DroppedFile], folder: Path) -> Library:
    """Return the library of what was found in `folder`, filtered and split."""
    recordings, dropped = parted(found)
    heard = []
    for recording in recordings:
        waveform = read_mono(folder / recording.package / "sounds" / recording.path)
        if waveform is None or not len(waveform):
            dropped.append(_dropped(recording, Reason.UNREADABLE))
        else:
            heard.append(_Heard(recording, waveform, measured(waveform)))
    for filtered in (_without_faults, _without_copies, _without_outliers):
        heard, refused = filtered(heard)
        dropped += refused
    return _arranged(heard, dropped)


def _without_faults(heard: Sequence[_Heard]) -> tuple[list[_Heard], list[DroppedFile]]:
    """Part clips that are whole and may be what their label says from the others."""
    kept, refused = [], []
    for clip in heard:
        reason = fault(clip.measures)
        if reason is None and contradicts(clip.measures, NATURES[clip.recording.concept]):
            reason = Reason.CONTRADICTED
        if reason is None:
            kept.append(clip)
        else:
            refused.append(_dropped(clip.recording, reason, _described(clip.measures)))
    return kept, refused


def _without_copies(heard: Sequence[_Heard]) -> tuple[list[_Heard], list[DroppedFile]]:
    """Keep the first clip of each sound."""
    copied = copies([clip.measures for clip in heard])
    refused = [
        _dropped(heard[place].recording, Reason.COPY, heard[first].recording.path)
        for place, first in sorted(copied.items())
    ]
    return [clip for place, clip in enumerate(heard) if place not in copied], refused


def _without_outliers(heard: Sequence[_Heard]) -> tuple[list[_Heard], list[DroppedFile]]:
    """Leave out clips that are far from the others of their concept."""
    measures = [clip.measures for clip in heard]
    concepts = [clip.recording.concept for clip in heard]
    far = set(outliers(measures, concepts, [clip.key for clip in heard]))
    refused = [
        _dropped(heard[place].recording, Reason.OUTLIER, heard[place].recording.concept)
        for place in sorted(far)
    ]
    return [clip for place, clip in enumerate(heard) if place not in far], refused


def _arranged(heard: Sequence[_Heard], dropped: Sequence[DroppedFile]) -> Library:
    """Return the library with every clip's part and place."""
    keys = [clip.key for clip in heard]
    pairs = close_pairs([clip.measures for clip in heard], VARIANT_DISTANCE)
    keys = joined_keys(keys, ((first, second) for first, second, _ in pairs))
    parts = split([clip.recording.concept for clip in heard], keys)
    lengths = [len(clip.waveform) for clip in heard]
    starts = np.cumsum([0, *lengths])[:-1].tolist()
    clips = tuple(
        LibraryClip(clip.recording, key, part, start, length)
        for clip, key, part, start, length in zip(heard, keys, parts, starts, lengths, strict=True)
    )
    scaled = [_scaled(clip.waveform) for clip in heard] or [np.zeros(0, dtype=np.int16)]
    return Library(clips, tuple(dropped), np.concatenate(scaled))


def _scaled(waveform: Waveform) -> NDArray[np.int16]:
    """Return 16-bit samples that use the whole range: many sounds of games are very soft."""
    return np.round(waveform / np.abs(waveform).max() * SAMPLE_SCALE).astype(np.int16)


def _dropped(recording: Recording, reason: Reason, detail: str = "") -> DroppedFile:
    return DroppedFile(recording.package, recording.path, reason, detail)


def _described(clip: Measures) -> str:
    return (
        f"{clip.sounding_s:.2f} s, level {clip.level_db:.0f} dB, tonality {clip.tonality:.2f}, "
        f"swing {clip.swing_db:.0f} dB"
    )


def write_library(library: Library, folder: Path) -> None:
    """Write beside, then rename, so that a library that exists is complete."""
    beside = folder.with_suffix(".part")
    beside.mkdir(parents=True, exist_ok=True)
    np.save(beside / "samples.npy", library.samples)
    table = {
        "clips": [asdict(clip) for clip in library.clips],
        "dropped": [asdict(file) for file in library.dropped],
    }
    (beside / "clips.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    beside.rename(folder)


def read_library(folder: Path) -> Library:
    """Read a library's folder; its samples stay on disk until they are asked for."""
    table = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
    samples = np.load(folder / "samples.npy", mmap_mode="r")
    dropped = (DroppedFile(**file) for file in table["dropped"])
    return Library(
        tuple(_clips(table["clips"])),
        tuple(replace(file, reason=Reason(file.reason)) for file in dropped),
        samples,
    )


def _clips(rows: Iterable[dict[str, Any]]) -> Iterator[LibraryClip]:
    for row in rows:
        fields = row["recording"]
        recording = Recording(**{**fields, "words": tuple(fields["words"])})
        yield LibraryClip(**{**row, "recording": recording, "part": Part(row["part"])})
