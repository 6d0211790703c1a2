"""A right header for MP3 files whose own one is missing, or promises more than they hold.

An MP3 is a row of frames. The first may be a Xing header, with their number; without one libsndfile
guesses it from the size, and then loses the end of a sound or invents one (libsndfile#1001). Here
the frames are counted. Layout: ISO/IEC 11172-3, section 2.4.1.3, and Xing, *VBR header SDK* (1999).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from core.sound_files.reading.patched_file import PatchedFile

_KBPS = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2 and 2.5
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
)
_SAMPLE_RATES = (44100, 48000, 32000)
_RATE_DIVISORS = {0: 4, 2: 2, 3: 1}  # by the two bits of the version: MPEG 2.5, 2 and 1
_LAYER_3, _MONO = 1, 3
_SEARCHED_BYTES = 1 << 16
_HAS_FRAMES, _HAS_BYTES = 1, 2
_LAME_TAG = b"LAME"
_PADDING_OFFSET = 22  # of LAME's delay and padding, from the beginning of its tag
_XING_BITRATE_INDEX = 9  # its frame has room for the header at every sample rate


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """The four bytes that begin a frame of MPEG audio, layer III.

    Attributes:
        bits: Them, as a number.
    """

    bits: int

    @classmethod
    def parse(cls, data: bytes) -> "FrameHeader | None":
        """The header at the beginning of `data`; None where there is none."""
        if len(data) < 4 or data[0] != 0xFF:
            return None
        header = cls(int.from_bytes(data[:4], "big"))
        return header if header._is_valid else None

    @property
    def _is_valid(self) -> bool:
        return (
            self.bits >> 21 == 0x7FF
            and self._version in _RATE_DIVISORS
            and (self.bits >> 17) & 3 == _LAYER_3
            and (self.bits >> 12) & 15 not in (0, 15)
            and (self.bits >> 10) & 3 != 3
        )

    @property
    def _version(self) -> int:
        return (self.bits >> 19) & 3

    @property
    def is_mpeg_1(self) -> bool:
        """Whether it is MPEG 1, and not one of the lower sample rates of 2 and 2.5."""
        return self._version == 3

    @property
    def sample_rate(self) -> int:
        """Samples a second."""
        return _SAMPLE_RATES[(self.bits >> 10) & 3] // _RATE_DIVISORS[self._version]

    @property
    def num_samples(self) -> int:
        """Samples of each channel in a frame."""
        return 1152 if self.is_mpeg_1 else 576

    @property
    def num_bytes(self) -> int:
        """Length of the frame."""
        bits_per_second = 1000 * _KBPS[self.is_mpeg_1][(self.bits >> 12) & 15]
        padding = (self.bits >> 9) & 1
        return self.num_samples // 8 * bits_per_second // self.sample_rate + padding

    @property
    def xing_offset(self) -> int:
        """Where a Xing header is in a frame: behind the side information."""
        is_mono = (self.bits >> 6) & 3 == _MONO
        return 4 + ((17 if is_mono else 32) if self.is_mpeg_1 else (9 if is_mono else 17))

    def belongs_to(self, other: "FrameHeader") -> bool:
        """Whether both can be frames of one stream: version, layer and sample rate are equal."""
        return (self.bits ^ other.bits) & 0xFFFE0C00 == 0

    def of_xing_frame(self) -> "FrameHeader":
        """The header of a Xing frame of this stream, without checksum and padding."""
        return FrameHeader(self.bits & ~0xF200 | 0x10000 | _XING_BITRATE_INDEX << 12)


def patched_mpeg(file: BinaryIO) -> PatchedFile | None:
    """The file with a right Xing header; None where it needs none, or is no MP3."""
    start = _first_frame(file)
    if start is None:
        return None
    file.seek(start)
    beginning = file.read(_SEARCHED_BYTES)
    first = FrameHeader.parse(beginning)
    if first is None:
        return None
    frame, tag = beginning[: first.num_bytes], first.xing_offset
    if frame[36:40] == b"VBRI":  # Fraunhofer's header, which libsndfile's decoder knows
        return None
    is_tagged = frame[tag : tag + 4] in (b"Xing", b"Info")
    flags = int.from_bytes(frame[tag + 4 : tag + 8], "big") if is_tagged else 0
    rest = start + (first.num_bytes if is_tagged else 0)
    count, stop = _count_frames(file, rest, first)
    promised = int.from_bytes(frame[tag + 8 : tag + 12], "big") if flags & _HAS_FRAMES else 0
    if flags & _HAS_FRAMES and promised <= count:
        return None
    if not flags & _HAS_FRAMES:
        return PatchedFile(_xing_frame(first, count, stop - rest), file, rest, stop)
    patched = bytearray(frame)
    struct.pack_into(">I", patched, tag + 8, count)
    if flags & _HAS_BYTES:
        struct.pack_into(">I", patched, tag + 12, stop - start)
    _keep_end(patched)
    return PatchedFile(
        bytes(patched), file, rest, stop, promised_frames=promised * first.num_samples
    )


def _xing_frame(stream: FrameHeader, count: int, num_bytes: int) -> bytes:
    header = stream.of_xing_frame()
    frame = bytearray(header.num_bytes)
    struct.pack_into(">I", frame, 0, header.bits)
    content = (b"Xing", _HAS_FRAMES | _HAS_BYTES, count, num_bytes + len(frame))
    struct.pack_into(">4sIII", frame, header.xing_offset, *content)
    return bytes(frame)


def _keep_end(frame: bytearray) -> None:
    """Set LAME's padding to zero: the end that it would cut off is not in the file."""
    tag = frame.find(_LAME_TAG)
    if 0 <= tag < len(frame) - _PADDING_OFFSET - 1:
        frame[tag + _PADDING_OFFSET] &= 0xF0
        frame[tag + _PADDING_OFFSET + 1] = 0


def _first_frame(file: BinaryIO) -> int | None:
    """Where the first frame begins, behind an ID3v2 tag; None where there is none."""
    file.seek(0)
    head = file.read(10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        size = 0
        for byte in head[6:]:
            size = size << 7 | byte & 0x7F
        start = 10 + size
    return _next_frame(file, start)


def _next_frame(file: BinaryIO, start: int, stream: FrameHeader | None = None) -> int | None:
    """Where the next frame begins that another one follows; None where there is none."""
    file.seek(start)
    data = file.read(_SEARCHED_BYTES)
    for place in _sync_places(data):
        header = FrameHeader.parse(data[place : place + 4])
        if header is None or (stream is not None and not header.belongs_to(stream)):
            continue
        after = place + header.num_bytes
        following = FrameHeader.parse(data[after : after + 4])
        if following is not None and following.belongs_to(header):
            return start + place
    return None


def _sync_places(data: bytes) -> Iterator[int]:
    place = data.find(0xFF)
    while place >= 0:
        yield place
        place = data.find(0xFF, place + 1)


def _count_frames(file: BinaryIO, start: int, stream: FrameHeader) -> tuple[int, int]:
    """How many whole frames there are from `start` on, and where the last one ends."""
    size = file.seek(0, 2)
    count, place = 0, start
    while place < size:
        file.seek(place)
        header = FrameHeader.parse(file.read(4))
        if header is None or not header.belongs_to(stream):  # damage, or a tag at the end
            found = _next_frame(file, place, stream)
            if found is None:
                break
            place = found
        elif place + header.num_bytes > size:
            break
        else:
            count, place = count + 1, place + header.num_bytes
    return count, min(place, size)
