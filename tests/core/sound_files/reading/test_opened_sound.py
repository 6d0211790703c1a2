"""Sounds from anywhere: what is decoded is what is there, no more and no less."""

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.errors import AudioFileError
from core.sound_files.audio_file import read_audio, read_facts, read_metadata
from core.sound_files.encoding.audio_writer import AudioWriter

RATE = 16000
TONE = (0.3 * np.sin(2 * np.pi * 330 * np.arange(10 * RATE) / RATE)).astype(np.float32)
NOISE = np.random.default_rng(0).uniform(-0.9, 0.9, 10 * RATE).astype(np.float32)


def mp3(path: Path, samples: np.ndarray = TONE, rate: int = RATE, mode: str = "CONSTANT") -> bytes:
    """Write an MP3 with a Xing header; return its bytes."""
    with soundfile.SoundFile(
        path, "w", rate, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode=mode
    ) as file:
        file.write(samples)
    return path.read_bytes()


def without_xing(content: bytes) -> bytes:
    """The frames of an MP3 behind its first one, which holds the Xing header."""
    place = content.find(content[:2], 4)
    while content[place + 2 : place + 3] != b"" and content.find(b"Xing", place) >= 0:
        place = content.find(content[:2], place + 2)
    return content[place:]


def decoded_length(path: Path) -> int:
    samples, _ = read_audio(path)
    assert read_facts(path).num_frames == samples.shape[1]
    return samples.shape[1]


@pytest.mark.parametrize("rate", [16000, 22050, 44100])
@pytest.mark.parametrize("part", [0.15, 0.5, 0.9])
def test_a_cut_mp3_ends_where_its_content_ends(tmp_path: Path, part: float, rate: int) -> None:
    path = tmp_path / "a.mp3"
    content = mp3(path, TONE, rate)
    path.write_bytes(content[: round(part * len(content))])
    junk = [np.full(1 << 17, 0.77, np.float32) for _ in range(8)]  # memory to be found again
    del junk

    samples, _ = read_audio(path)

    facts = read_facts(path)
    assert facts.num_frames == samples.shape[1]
    assert 0.4 * part < facts.num_frames / len(TONE) < 1.05 * part + 0.02
    assert facts.missing_s == pytest.approx((len(TONE) - facts.num_frames) / rate, abs=0.2)
    assert np.abs(samples[0, 3000:]).max() < 0.33  # the tone, and nothing else
    np.testing.assert_array_equal(samples, read_audio(path)[0])


@pytest.mark.parametrize("mode", ["CONSTANT", "AVERAGE", "VARIABLE"])
@pytest.mark.parametrize("is_quiet_first", [True, False])
def test_an_mp3_without_its_length_is_read_whole(
    tmp_path: Path, mode: str, is_quiet_first: bool
) -> None:
    path = tmp_path / "a.mp3"
    quiet = np.zeros_like(NOISE)
    parts = [quiet, NOISE] if is_quiet_first else [NOISE, quiet]
    path.write_bytes(without_xing(mp3(path, np.concatenate(parts), mode=mode)))

    assert 20 * RATE <= decoded_length(path) <= 20 * RATE + 3 * 1152
    assert read_facts(path).missing_s == 0


def test_an_mp3_sounds_the_same_at_the_borders_of_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    mp3(path, np.tile(TONE, 3))

    samples = read_audio(path)[0][0]

    assert len(samples) == 3 * len(TONE)
    assert np.abs(samples - np.tile(TONE, 3)).max() < 0.05


def test_tags_around_an_mp3_are_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    frames = without_xing(mp3(path))
    path.write_bytes(frames)
    length = decoded_length(path)
    path.write_bytes(b"ID3\4\0\0\0\0\1\0" + bytes(128) + frames + b"TAG" + b"\xff" * 125)

    assert decoded_length(path) == length


@pytest.mark.parametrize(
    ("container", "subtype"),
    [
        ("WAV", "GSM610"),
        ("W64", "GSM610"),
        ("AIFF", "GSM610"),
        ("WAV", "G721_32"),
        ("AU", "G721_32"),
        ("AU", "G723_24"),
        ("AU", "G723_40"),
        ("WAV", "NMS_ADPCM_16"),
        ("XI", "DPCM_8"),
        ("XI", "DPCM_16"),
        ("AIFF", "DWVW_16"),
    ],
)
def test_codecs_that_cannot_seek_are_read(tmp_path: Path, container: str, subtype: str) -> None:
    path = tmp_path / "a"
    soundfile.write(path, TONE[:70_000], 8000, subtype, format=container)

    assert 70_000 <= decoded_length(path) <= 70_400


def wav_with_size(size: int, tail: bytes = b"", riff_size: int | None = None) -> bytes:
    data = np.round(TONE * 32767).astype("<i2").tobytes()
    body = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    body += b"data" + struct.pack("<I", size) + data + tail
    return b"RIFF" + struct.pack("<I", len(body) if riff_size is None else riff_size) + body


@pytest.mark.parametrize("size", [0, 1000, 2 * len(TONE), 10**8, 0x7FFFFFFF, 0xFFFFFFFF])
@pytest.mark.parametrize("riff_size", [None, 0xFFFFFFFF])
def test_a_wav_with_a_wrong_data_size_is_read_whole(
    tmp_path: Path, size: int, riff_size: int | None
) -> None:
    (tmp_path / "a.wav").write_bytes(wav_with_size(size, riff_size=riff_size))

    assert decoded_length(tmp_path / "a.wav") == len(TONE)
    missing_s = (10**8 // 2 - len(TONE)) / RATE if size == 10**8 else 0
    assert read_facts(tmp_path / "a.wav").missing_s == missing_s


def test_what_lies_behind_the_samples_of_a_wav_is_no_sound(tmp_path: Path) -> None:
    tag = b"TAG" + b"\xff" * 125
    whole = wav_with_size(2 * len(TONE))
    (tmp_path / "a.wav").write_bytes(whole + tag)
    assert decoded_length(tmp_path / "a.wav") == len(TONE)

    chunk = b"LIST" + struct.pack("<I", 4) + b"INFO"
    (tmp_path / "b.wav").write_bytes(wav_with_size(2 * len(TONE), tail=chunk))
    assert decoded_length(tmp_path / "b.wav") == len(TONE)


def test_an_empty_wav_with_metadata_stays_empty(tmp_path: Path) -> None:
    with AudioWriter(tmp_path / "a.wav", metadata={"prompt": "rain"}):
        pass

    assert read_facts(tmp_path / "a.wav").num_frames == 0
    assert read_metadata(tmp_path / "a.wav") == {"prompt": "rain"}


@pytest.mark.parametrize(
    "chunk",
    [
        b"PEAK" + struct.pack("<I", 3) + b"abc\0",
        b"PEAK" + struct.pack("<I", 2**30),
        b"smpl" + struct.pack("<I", 4) + b"abcd",
        b"smpl" + struct.pack("<10I", 48_036, *[0] * 7, 2000, 0),
        b"cue " + struct.pack("<I", 2**31) + b"abcd",
        b"inst" + struct.pack("<I", 3) + b"abc\0",
    ],
)
def test_a_damaged_chunk_does_not_cost_the_sound(tmp_path: Path, chunk: bytes) -> None:
    whole = wav_with_size(2 * len(TONE))
    place = whole.find(b"data")
    for content in (whole[:place] + chunk + whole[place:], whole + chunk):
        (tmp_path / "a.wav").write_bytes(content)
        samples, _ = read_audio(tmp_path / "a.wav")
        assert samples.shape == (1, len(TONE))
        assert np.abs(samples[0] - TONE).max() < 2**-14


def test_a_flac_is_read_up_to_where_it_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, NOISE, RATE)
    content = path.read_bytes()
    for part in (0.3, 0.6, 0.999):
        path.write_bytes(content[: round(part * len(content))])
        samples, _ = read_audio(path)
        assert part * len(NOISE) - 2 * 4096 <= samples.shape[1] < len(NOISE)
        assert np.abs(samples[0] - NOISE[: samples.shape[1]]).max() < 2**-14
        assert read_facts(path).missing_frames == len(NOISE) - samples.shape[1]


def test_a_flac_from_a_pipe_without_its_length_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, NOISE, RATE)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the length is 36 bits of these bytes
    content[22:26] = bytes(4)
    path.write_bytes(content)

    assert decoded_length(path) == len(NOISE)
    assert read_facts(path).missing_s == 0


def ogg(folder: Path, samples: np.ndarray, rate: int, subtype: str = "VORBIS") -> bytes:
    soundfile.write(folder / "link.ogg", samples, rate, subtype, format="OGG")
    return (folder / "link.ogg").read_bytes()


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_a_chained_ogg_is_read_to_its_last_link(tmp_path: Path, subtype: str) -> None:
    path, rate = tmp_path / "a.ogg", 48000
    links = [TONE[:rate], NOISE[: 2 * rate], TONE[: rate // 2]]
    path.write_bytes(b"".join(ogg(tmp_path, link, rate, subtype) for link in links))

    samples, _ = read_audio(path)

    whole = np.concatenate(links)
    assert decoded_length(path) == len(whole)
    assert read_facts(path).missing_frames == 0
    assert np.abs(samples[0] - whole)[5 * rate // 10 : 9 * rate // 10].max() < 0.1
    loudness = [
        float(np.std(samples[0, start : start + rate // 4])) for start in (0, rate, 3 * rate)
    ]
    assert loudness == pytest.approx([0.21, 0.49, 0.21], abs=0.1)


def test_a_link_of_another_form_counts_as_missing(tmp_path: Path) -> None:
    path, stereo = tmp_path / "a.ogg", np.stack([TONE, TONE], axis=1)
    path.write_bytes(ogg(tmp_path, TONE[:RATE], RATE) + ogg(tmp_path, stereo[:96000], 48000))
    facts = read_facts(path)
    assert (facts.num_frames, facts.channels) == (RATE, 1)
    assert facts.missing_s == pytest.approx(2.0, abs=0.01)


def test_links_behind_a_cut_page_are_left(tmp_path: Path) -> None:
    path, link = tmp_path / "a.ogg", ogg(tmp_path, NOISE[:RATE], RATE)
    path.write_bytes(2 * link + link[: len(link) // 2])
    assert 2 * RATE <= decoded_length(path) < 3 * RATE


def test_an_ogg_with_a_damaged_page_has_the_length_of_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        for piece in np.split(NOISE, 10):
            file.write(piece)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 50] = bytes(50)
    path.write_bytes(content)

    assert 0 < decoded_length(path) < len(NOISE)
    assert read_facts(path).missing_frames > 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\0\0\0\x20ftypM4A " + bytes(90), r"MPEG-4.*ffmpeg -i a\.m4a a\.wav"),
        (b"\xff\xf1\x50\x80" + bytes(90), "AAC"),
        (b"0&\xb2u\x8ef\xcf\x11" + bytes(90), "Windows Media"),
        (b"\x1aE\xdf\xa3" + bytes(90), "WebM"),
        (b"RIFF\0\0\0\0AVI " + bytes(90), "AVI"),
        (b"fLaC" + b"\xff" * 200, "damaged"),
        (b"RIFF\0\0\0\0WAVE" + bytes(90), "damaged"),
        (b"OggS" + bytes(90), "damaged"),
        (b"", "is empty"),
        (b"hello", "no sound file"),
    ],
)
def test_a_refusal_says_what_the_file_is(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.m4a").write_bytes(content)

    for read in (read_audio, read_facts, read_metadata):
        with pytest.raises(AudioFileError, match=sentence):
            read(tmp_path / "a.m4a")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep names that are Unicode")
@pytest.mark.parametrize("ending", ["wav", "flac", "ogg"])
def test_a_path_that_is_not_utf_8_is_written_and_read(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / os.fsdecode(b"d\xe9")
    folder.mkdir()
    path = folder / f"a{os.fsdecode(bytes([0xE9]))}.{ending}"
    with AudioWriter(path, title=str(path), metadata={"init_audio": str(path)}) as writer:
        writer.write(TONE)

    assert decoded_length(path) == len(TONE)
    assert read_metadata(path) == {"init_audio": str(path)}
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_a_cut_caf_is_read_as_far_as_it_goes(tmp_path: Path, part: float, subtype: str) -> None:
    path = tmp_path / "a.caf"
    soundfile.write(path, TONE, RATE, subtype=subtype, format="CAF")
    whole, _ = read_audio(path)
    path.write_bytes(path.read_bytes()[: round(part * path.stat().st_size)])

    samples, _ = read_audio(path)

    facts = read_facts(path)
    assert facts.num_frames == samples.shape[1]
    assert 0.8 * part < facts.num_frames / len(TONE) < part
    assert facts.num_frames + facts.missing_frames == len(TONE)
    assert np.array_equal(samples, whole[:, : samples.shape[1]])
