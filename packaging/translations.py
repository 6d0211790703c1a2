"""Brings the translations up to date with the sources.

    python3 packaging/translations.py

Texts that are new in app/ appear as unfinished in resources/translations/*.ts, texts that are gone
are dropped, and the .qm files that the studio reads are written. What is left to translate is
printed: edit the .ts (`pyside6-linguist`, or any editor), and run it again.
"""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"


def main() -> int:
    """Update every translation; 1 when one of them is not finished."""
    sources = sorted(map(str, (ROOT / "app").rglob("*.py")))
    left = 0
    for file in sorted(FOLDER.glob("*.ts")):
        _run("lupdate", *sources, "-ts", str(file), "-no-obsolete", "-locations", "none")
        _run("lrelease", "-silent", str(file))
        texts = unfinished(file)
        left += len(texts)
        print(f"{file.name}: {len(texts)} texts to translate")
        print(*(f"  {context}: {text!r}" for context, text in texts), sep="\n")
    return 1 if left else 0


def unfinished(file: Path) -> list[tuple[str, str]]:
    """Context and text of every message without a finished translation."""
    return [
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ET.parse(file).iter("context")
        for message in context.iter("message")
        if message.find("translation").get("type") == "unfinished"
    ]


def _run(tool: str, *arguments: str) -> None:
    """Call one of Qt's tools, which PySide6 brings along."""
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
