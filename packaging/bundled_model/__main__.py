"""The command: `python packaging/bundled_model --work DIR`.

Paths come first, then the thread runtime, then everything that imports torch.
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]
RECORDINGS = Path(__file__).parent / "data" / "recordings"
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python packaging/bundled_model",
        description="Make the bundled model from nothing; started again, it goes on.",
    )
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    parser.add_argument(
        "--work", type=Path, default=cache / "tessera" / "bundled_model", help="scratch folder"
    )
    parser.add_argument("--model", type=Path, help="where the model folder goes")
    parser.add_argument("--report", type=Path, help="where REPORT.md goes")
    parser.add_argument(
        "--check", action="store_true", help="a few steps of everything, into the scratch folder"
    )
    parser.add_argument(
        "--words", action="store_true", help="only write REPORT.md again from report.json"
    )
    parser.add_argument(
        "--recordings",
        action="store_true",
        help="fetch, filter and count the recorded sounds, and write their credits; nothing else",
    )
    parser.add_argument(
        "--only",
        choices=("decoder", "generator", "judge", "vocoder"),
        help="train this part alone, and what it needs: parts can be trained side by side",
    )
    parser.add_argument(
        "--device", default="cpu", help="where the generator is trained, such as cuda"
    )
    parser.add_argument("--batch", type=int, help="clips in half a batch of the generator")
    parser.add_argument(
        "--processes", type=int, help="renderers side by side, and threads of a training"
    )
    return parser.parse_args()


def main() -> int:
    """Run the recipe; 0 when the model folder and the report are written."""
    arguments = parse_arguments()
    from bundled_model.report.document import write_text

    if arguments.words:
        write_text(arguments.report or Path(__file__).parent)
        return 0
    if arguments.recordings:
        from bundled_model.data.recordings.command import count_recordings

        count_recordings(arguments.work, arguments.report or RECORDINGS)
        return 0
    return make_model(arguments)


def make_model(arguments: argparse.Namespace) -> int:
    """Make the model folder and its report, or train one part; 0 when that is done."""
    import torch

    from bundled_model.data.concepts import Drums, Instrument, Samples, SoundEffect, Voice
    from bundled_model.data.recordings.library import library_folder
    from bundled_model.data.recordings.packages import PACKAGES
    from bundled_model.data.studio import available_sources
    from bundled_model.recipe import Recipe, missing_packages
    from bundled_model.settings import CHECK, FULL

    sources = available_sources()
    missing = missing_packages(sources, (Instrument, Drums, SoundEffect, Samples, Voice))
    if missing and not arguments.check:
        print(f"The sound sources are incomplete: apt-get install {missing}", file=sys.stderr)
        return 1
    settings = CHECK if arguments.check else FULL
    if arguments.processes:
        settings = replace(settings, processes=arguments.processes)
    if arguments.batch:
        settings = replace(settings, generator_clips=arguments.batch)
    torch.set_num_threads(settings.processes)
    work = arguments.work / "check" if arguments.check else arguments.work
    home = work if arguments.check else ROOT
    library = None if arguments.check else library_folder(PACKAGES, work)
    recipe = Recipe(settings, sources, work, library, torch.device(arguments.device))
    if arguments.only:
        recipe.train(arguments.only)
    else:
        recipe.run(
            arguments.model or home / "resources" / "models" / "bundled",
            arguments.report or home / "packaging" / "bundled_model",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
