"""Output that nobody reads: it is dropped, and the run goes on."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.streams import LossyStream, lossy_streams

ROOT = Path(__file__).parents[3]


class _FullStream(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "no space left")


@pytest.mark.parametrize("stream", [None, _FullStream()])
def test_what_cannot_be_written_is_dropped(stream: io.StringIO | None) -> None:
    lossy = LossyStream(stream)

    assert lossy.write("rain") == 4
    lossy.flush()
    assert not lossy.isatty()


def test_a_stream_that_takes_everything_gets_everything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with lossy_streams():
        print("rain")
        print("wind", file=sys.stderr)

    assert capsys.readouterr() == ("rain\n", "wind\n")


@pytest.mark.skipif(os.name != "posix", reason="descriptors are inherited otherwise on Windows")
@pytest.mark.parametrize("closing", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_no_file_gets_the_number_of_a_missing_stream(tmp_path: Path, closing: str) -> None:
    code = (
        "from app.cli.streams import open_missing_descriptors as o; o(); import sys;"
        "file = open(sys.argv[1], 'w'); file.write(str(file.fileno())); file.close()"
    )
    command = f'"{sys.executable}" -c "{code}" "{tmp_path / "number"}" {closing}'
    subprocess.run(command, shell=True, cwd=ROOT, check=True)

    assert int((tmp_path / "number").read_text()) > 2
