from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bootstrap.pip_output import PipReporter, pip_failure

FOLDER = Path("/home/somebody/tessera")
PIP_SAYS = """\
Looking in indexes: https://registry.example/simple
Collecting torch==2.13.0
  Downloading torch-2.13.0-cp311-none-macosx_11_0_arm64.whl.metadata (29 kB)
Downloading torch-2.13.0-cp311-none-macosx_11_0_arm64.whl (79.5 MB)
Downloading https://registry.example/tqdm-4.70.1-py3-none-any.whl (78 kB)
Requirement already satisfied: numpy==2.4.6 in ./lib
Installing collected packages: tqdm, numpy, torch
Successfully installed numpy-2.4.6 torch-2.13.0 tqdm-4.70.1
"""


def narrated(output: str) -> list[str]:
    lines: list[str] = []
    reporter = PipReporter(lines.append)
    for line in output.splitlines(keepends=True):
        reporter.read_line(line)
    return lines


def test_only_large_downloads_and_installation_are_reported() -> None:
    assert narrated(PIP_SAYS) == [
        "  torch 2.13.0: 79.5 MB",
        "Installing 3 packages. This takes a minute or two.",
    ]


def test_retries_are_reported_once() -> None:
    warning = "WARNING: Retrying (Retry(total=4)) after connection broken by 'X': /simple/torch/\n"

    assert narrated(warning * 5) == ["The package registry does not answer; trying again."]


def test_a_pause_is_reported_only_if_bytes_arrived() -> None:
    lines: list[str] = []
    reporter = PipReporter(lines.append)

    for downloaded_bytes in (0, 12_000_000, 12_000_000, 40_500_000):
        reporter.tick(downloaded_bytes)

    assert lines == ["  ... 12 MB so far", "  ... 40 MB so far"]


def test_it_is_known_when_pip_begins_to_change_the_environment() -> None:
    reporter = PipReporter(lambda _: None)
    assert not reporter.installing

    reporter.read_line("Installing collected packages: tqdm\n")

    assert reporter.installing


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on "
            "device\n",
            "The disk is full",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: "
            "'/x/lib'\n",
            "may not write in /home/somebody/tessera",
        ),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
            '"Failed to establish a new connection")\': /simple/torch/\n'
            "ERROR: No matching distribution found for torch==2.13.0\n",
            "does not answer",
        ),
        (
            "Could not fetch URL: SSLError(SSLCertVerificationError(1, '[SSL: "
            "CERTIFICATE_VERIFY_FAILED] certificate verify failed'))\n",
            "certificate is not trusted",
        ),
        (
            "ERROR: No matching distribution found for torch==2.13.0 (from diffusers)\n",
            "There is no torch==2.13.0 for this computer",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n",
            "its hash differs, so it was not installed",
        ),
        ("ERROR: Something new happened\n", "Something new happened"),
        ("", "pip ended without a word"),
    ],
)
def test_each_cause_has_its_own_sentence(output: str, sentence: str) -> None:
    assert sentence in str(pip_failure(output, FOLDER))


@given(st.text(max_size=40), st.from_regex(r"[a-z]{1,9}\.[a-z]{2,4}(:[0-9]{2,4})?", fullmatch=True))
def test_no_registry_is_ever_named(words: str, host: str) -> None:
    output = f"{words}\nERROR: {words} https://user:secret@{host}/simple gave up\n"

    assert f"@{host}" not in str(pip_failure(output, FOLDER))
