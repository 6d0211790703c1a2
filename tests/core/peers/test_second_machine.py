"""Two machines, played by network namespaces with a cable between them, until it is cut."""

import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WORK = Path(__file__).with_name("machine_work.py")
LIMIT_S = 120.0
ADDRESSES = {"node-a": "10.77.0.1", "node-b": "10.77.0.2"}
# A user namespace gives the right to make network namespaces; the outer one is the first machine.
SCRIPT = """
    set -e
    hostname node-a
    unshare -nu sh -c 'hostname node-b; echo $$; exec sleep 600' > {folder}/second &
    while ! [ -s {folder}/second ]; do sleep 0.05; done
    second=$(cat {folder}/second)
    ip link add wire type veth peer name wire netns $second
    ip address add {a}/24 dev wire
    nsenter -t $second -n ip address add {b}/24 dev wire
    ip link set lo up
    ip link set wire up
    nsenter -t $second -n sh -c 'ip link set lo up; ip link set wire up'
    export WORLD_SIZE=2 MASTER_ADDR={a} MASTER_PORT=29511 GLOO_SOCKET_IFNAME=wire OMP_NUM_THREADS=1
    export PYTHONPATH={root} TORCH_CPP_LOG_LEVEL=ERROR
    RANK=0 {python} {work} > {folder}/0 2>&1 &
    RANK=1 nsenter -t $second -n -u {python} {work} > {folder}/1 2>&1 &
    read cut
    ip link set wire down
    read end
    kill $second
"""


def reason_against() -> str:
    """Why no second machine can be played here; empty where it can."""
    if sys.platform != "linux" or not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        return "no network namespaces"
    command = ["unshare", "-Urnu", "sh", "-c", "unshare -n true && hostname node-a"]
    ended = subprocess.run(command, capture_output=True, check=False)
    return "" if ended.returncode == 0 else "network namespaces are not permitted"


@pytest.fixture
def machines(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A shell on the first machine, with a rank on each; a line to it cuts the cable."""
    if reason := reason_against():
        pytest.skip(reason)
    script = textwrap.dedent(SCRIPT).format(
        folder=tmp_path,
        root=ROOT,
        python=sys.executable,
        work=WORK,
        a=ADDRESSES["node-a"],
        b=ADDRESSES["node-b"],
    )
    shell = subprocess.Popen(
        ["unshare", "-Urnu", "--kill-child", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield shell
    shell.communicate("\n\n", timeout=LIMIT_S)


def printed(tmp_path: Path, rank: int) -> list[str]:
    file = tmp_path / str(rank)
    return file.read_text().splitlines() if file.exists() else []


def test_a_cut_cable_ends_both_sides_within_10_s(
    machines: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    deadline_s = time.monotonic() + LIMIT_S
    while [printed(tmp_path, rank)[:1] for rank in (0, 1)] != [["met"], ["met"]]:
        assert machines.poll() is None, machines.communicate()
        assert time.monotonic() < deadline_s, [printed(tmp_path, rank) for rank in (0, 1)]
        time.sleep(0.05)
    assert machines.stdin is not None
    machines.stdin.write("\n")
    machines.stdin.flush()
    cut_s = time.monotonic()
    while not all(len(printed(tmp_path, rank)) > 1 for rank in (0, 1)):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)

    assert time.monotonic() - cut_s < 10
    said = [printed(tmp_path, rank)[1] for rank in (0, 1)]
    assert said[0].startswith("Rank 1 (node-b, cpu): it does not answer any more")
    assert said[1].startswith("Rank 0 (node-a, cpu): it does not answer any more")
