"""What processes of these tests do in place of a rank: no torch, so they are there at once."""

import os
import sys
import time
from multiprocessing.connection import Connection

from app.session.devices.device_processes import DeviceProcesses
from app.session.devices.rank_program import RankRun


def note_runs(connection: Connection) -> None:
    """Be ready, and answer each run with a file named after it beside this device's."""
    while True:
        connection.send(True)
        run: RankRun = connection.recv()
        with open(run.request.prompt, "a", encoding="utf-8") as notes:  # noqa: PTH123
            notes.write(f"{run.place.rank} {run.device} {os.environ['OMP_NUM_THREADS']}\n")


def end_at_once(connection: Connection) -> None:
    """End before being ready."""
    connection.close()


if __name__ == "__main__":  # a studio that can be killed; it has a real rank
    processes = DeviceProcesses(("cpu", "cpu"))
    processes.start()
    print(processes.process_ids[1], flush=True)
    time.sleep(float(sys.argv[1]))
