"""What `python packaging/bundled_model --recordings` does: count, and write figures and credits."""

from pathlib import Path

from bundled_model.data.recordings.credits import credit_lines
from bundled_model.data.recordings.library import open_library
from bundled_model.data.recordings.packages import PACKAGES
from bundled_model.data.recordings.statistics import statistics_lines

STATISTICS_FILE, CREDITS_FILE = "statistics.md", "credits.txt"


def count_recordings(work: Path, folder: Path) -> None:
    """Fetch what is missing, print the statistics, and write them and the credits to `folder`."""
    library = open_library(PACKAGES, work)
    statistics = "\n".join(statistics_lines(library))
    print(statistics)
    (folder / STATISTICS_FILE).write_text(f"# Recorded sounds\n\n{statistics}\n", encoding="utf-8")
    credited = "\n".join(credit_lines(library.clips))
    (folder / CREDITS_FILE).write_text(credited, encoding="utf-8")
