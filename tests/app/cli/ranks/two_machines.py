"""`python -m tests.app.cli.ranks.two_machines`: the Slurm script of CONTRIBUTING, as it is there.

Two machines are played by network namespaces with a cable between them, and Slurm by two scripts:
`scontrol` names the machines, and `srun` runs its command on both. It takes a minute or more, since
six processes import torch; so it is no part of the suite.
"""

import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
LIMIT_S = 900
PROMPTS = ("rain", "wind", "a bell", "a dog")
_MAIN = """
import sys
from app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
"""
_SCONTROL = """#!/bin/sh
printf 'node-a\\nnode-b\\n'
"""
_SRUN = """#!/bin/sh
nsenter -t $(cat second) -n -u "$@" &
"$@"
first=$?
wait $! && exit $first
"""
# A user namespace gives the right to make network namespaces; the outer one is the first machine.
_MACHINES = """
    set -e
    hostname node-a
    mount --bind hosts /etc/hosts
    unshare -nu sh -c 'hostname node-b; echo $$ > second; exec sleep 3600' &
    while ! [ -s second ]; do sleep 0.05; done
    second=$(cat second)
    ip link add wire type veth peer name wire netns $second
    ip address add 10.77.0.1/24 dev wire
    nsenter -t $second -n ip address add 10.77.0.2/24 dev wire
    ip link set lo up
    ip link set wire up
    nsenter -t $second -n sh -c 'ip link set lo up; ip link set wire up'
    bash job.sh || echo "the job failed"
    kill $second
"""


def slurm_script() -> str:
    """The Slurm script in CONTRIBUTING."""
    text = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(#!/bin/bash\n#SBATCH.*?)```", text, re.DOTALL)
    assert found is not None, "CONTRIBUTING has no Slurm script"
    return found[1]


def write_folder(folder: Path) -> None:
    """What the job works in: the program, its environment, prompts, and Slurm's commands."""
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "sounds").mkdir()
    programs = {"scontrol": _SCONTROL, "srun": _SRUN}
    files = {
        **programs,
        "main.py": _MAIN,
        "job.sh": slurm_script(),
        "prompts.txt": "\n".join(PROMPTS),
        "hosts": "127.0.0.1 localhost\n10.77.0.1 node-a\n10.77.0.2 node-b\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in programs:
        (folder / name).chmod(0o755)


def main() -> int:
    """Run the job; 0 only if each prompt has its file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(folder)
        environment = {
            **os.environ,
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GLOO_SOCKET_IFNAME": "wire",
            "SLURM_JOB_ID": "1",
            "SLURM_JOB_NODELIST": "node-[a-b]",
        }
        start_s = time.monotonic()
        subprocess.run(
            ["unshare", "-Urnum", "--kill-child", "sh", "-c", textwrap.dedent(_MACHINES)],
            cwd=folder,
            env=environment,
            timeout=LIMIT_S,
            check=False,
        )
        written = sorted(path.name for path in (folder / "sounds").glob("*.wav"))
    print(
        f"{len(written)} of {len(PROMPTS)} files in {time.monotonic() - start_s:.0f} s: {written}"
    )
    return int(len(written) != len(PROMPTS))


if __name__ == "__main__":
    sys.exit(main())
