"""Whom to name for the recordings: the text for the licence file and the model's card."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from textwrap import wrap

from bundled_model.data.recordings.library import LibraryClip

WIDTH = 98


def credit_lines(clips: Iterable[LibraryClip]) -> Iterator[str]:
    """Yield lines that name every package, licence and author, with the number of files.

    Authors stand as the packages' copyright files name them; the files of one package, licence
    and author are counted together.
    """
    counts: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for clip in clips:
        recording = clip.recording
        counts[recording.package][recording.licence, recording.authors] += 1
    for package, terms in sorted(counts.items()):
        yield f"{package} (Debian)"
        for (licence, authors), files in sorted(terms.items()):
            entry = (
                f"{licence}, {files} {'file' if files == 1 else 'files'}: {authors or 'unnamed'}"
            )
            yield from wrap(entry, WIDTH, initial_indent="  ", subsequent_indent="    ")
        yield ""
