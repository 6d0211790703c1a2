"""Cuts the Chinese fonts of resources/fonts out of Noto Sans CJK SC.

    pip install fonttools
    apt-get download fonts-noto-cjk && dpkg-deb -x fonts-noto-cjk_*.deb noto
    python3 packaging/chinese_font.py noto/usr/share/fonts/opentype/noto

The 3,755 most frequent characters (level 1 of GB 2312) are kept with Chinese punctuation, so that
a new translation, and nearly every prompt, is readable on a system without any Chinese font. The
family gets a name of its own: it must not stand in for a full Noto Sans that someone installed.
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parents[1]
FAMILY = "Tessera Han"
SOURCE_FAMILY = "Noto Sans CJK SC"
PUNCTUATION = "、。〈〉《》「」『』【】〔〕・！（），：；？～￥—…“”‘’·×"
NAMES = {"family": 1, "style": 2, "unique": 3, "full": 4, "postscript": 6}


def main() -> None:
    """Write one subset for each weight."""
    parser = argparse.ArgumentParser(description="Cut the Chinese fonts out of Noto Sans CJK.")
    parser.add_argument("folder", type=Path, help="where NotoSansCJK-Regular.ttc and -Bold.ttc are")
    folder = parser.parse_args().folder
    for weight in ("Regular", "Bold"):
        font = _chinese_face(folder / f"NotoSansCJK-{weight}.ttc")
        _cut(font)
        _rename(font, weight)
        path = ROOT / "resources" / "fonts" / f"{FAMILY.replace(' ', '')}-{weight}.otf"
        font.save(path)
        print(f"{path}  {path.stat().st_size / 1e6:.2f} MB")


def kept_characters() -> str:
    """Chinese punctuation and rows 16 to 55 of GB 2312: its frequent characters."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return PUNCTUATION + "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def _chinese_face(path: Path) -> TTFont:
    faces = TTCollection(path, lazy=True).fonts
    return next(face for face in faces if face["name"].getDebugName(1) == SOURCE_FAMILY)


def _cut(font: TTFont) -> None:
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = ["*"]
    options.drop_tables += ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(text=kept_characters())
    subsetter.subset(font)


def _rename(font: TTFont, weight: str) -> None:
    names = font["name"]
    names.names = [entry for entry in names.names if entry.nameID in (0, 5, 7, 8, 9, 13, 14)]
    postscript = f"{FAMILY.replace(' ', '')}-{weight}"
    texts = {
        "family": FAMILY,
        "style": weight,
        "unique": f"2.004;{postscript}",
        "full": f"{FAMILY} {weight}",
        "postscript": postscript,
    }
    for name, text in texts.items():
        names.setName(text, NAMES[name], 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [postscript]
    top.topDictIndex[0].FullName = texts["full"]
    top.topDictIndex[0].FamilyName = FAMILY


if __name__ == "__main__":
    main()
