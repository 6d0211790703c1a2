"""Tables of what the library holds and of what it leaves out, as Markdown."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from bundled_model.data.recordings.library import Library, LibraryClip
from bundled_model.data.recordings.split import Part


def statistics_lines(library: Library) -> Iterator[str]:
    """Yield lines: sums, then clips and minutes per concept, package, licence; what was dropped."""
    keys = {clip.key for clip in library.clips}
    concepts = {clip.recording.concept for clip in library.clips}
    yield (
        f"{len(library.clips):,} clips of {len(keys):,} recordings, {_minutes(library.clips):.0f} "
        f"minutes, {len(concepts)} concepts; {len(library.of(Part.TEST)):,} clips, "
        f"{_minutes(library.of(Part.TEST)):.0f} minutes of them for tests; "
        f"{len(library.dropped):,} files not used."
    )
    yield from ("", *_table("package", library, lambda clip: clip.recording.package))
    yield from ("", *_table("licence", library, lambda clip: clip.recording.licence))
    yield from ("", *_dropped_table(library))
    yield from ("", *_table("concept", library, lambda clip: clip.recording.concept))


def _minutes(clips: tuple[LibraryClip, ...] | list[LibraryClip]) -> float:
    return sum(clip.duration_s for clip in clips) / 60


def _table(heading: str, library: Library, group: Callable[[LibraryClip], str]) -> Iterator[str]:
    """Yield a table of clips, recordings, minutes and clips for tests by group."""
    grouped: dict[str, list[LibraryClip]] = defaultdict(list)
    for clip in library.clips:
        grouped[group(clip)].append(clip)
    yield f"| {heading} | clips | recordings | minutes | for tests |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, clips in sorted(grouped.items()):
        keys = {clip.key for clip in clips}
        tests = sum(clip.part is Part.TEST for clip in clips)
        yield f"| {name} | {len(clips)} | {len(keys)} | {_minutes(clips):.1f} | {tests} |"


def _dropped_table(library: Library) -> Iterator[str]:
    """Yield a table of the files that are not used, by package and reason."""
    counts = Counter((file.reason, file.package) for file in library.dropped)
    yield "| not used | package | files |"
    yield "| --- | --- | ---: |"
    for (reason, package), count in sorted(counts.items()):
        yield f"| {reason} | {package} | {count} |"
