"""Kinds of files that hold sound and cannot be read here, recognised by their first bytes."""

_WITHOUT_OFFSET = (
    (b"\x1aE\xdf\xa3", "a WebM or Matroska file"),
    (b"0&\xb2u\x8ef\xcf\x11", "a Windows Media file (WMA)"),
    (b"#!AMR", "an AMR file"),
    (b"MAC ", "a Monkey's Audio file"),
    (b"wvpk", "a WavPack file"),
    (b"MPCK", "a Musepack file"),
    (b"DSD ", "a DSD file"),
    (b"FLV", "a Flash video"),
    (b"ADIF", "an AAC file"),
    (b"\x00\x00\x01\xba", "an MPEG video"),
)
_SOUNDS = (b"fLaC", b"OggS", b"ID3", b".snd", b"caff")
_AAC_MASK, _AAC_SYNC = 0xFFF6, 0xFFF0


def foreign_kind(beginning: bytes) -> str | None:
    """What a file is that other programs can convert, such as "an MPEG-4 file"; None if not known.

    Args:
        beginning: Its first 16 bytes.
    """
    if beginning[4:8] == b"ftyp":
        return "an MPEG-4 file (m4a, mp4, mov)"
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"AVI ":
        return "an AVI video"
    if int.from_bytes(beginning[:2], "big") & _AAC_MASK == _AAC_SYNC:
        return "an AAC file"
    return next((kind for start, kind in _WITHOUT_OFFSET if beginning.startswith(start)), None)


def is_sound(beginning: bytes) -> bool:
    """Whether a file begins as a sound that can be read here, if it is not damaged."""
    container, kind = beginning[:4], beginning[8:12]
    return (
        beginning.startswith(_SOUNDS)
        or (container in (b"RIFF", b"RF64", b"RIFX") and kind == b"WAVE")
        or (container == b"FORM" and kind in (b"AIFF", b"AIFC"))
    )
