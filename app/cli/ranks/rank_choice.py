"""Whether a command runs over ranks, which of them this process is, and on which device."""

import argparse
from collections.abc import Sequence

from core.api.errors import InvalidRequestError
from core.peers.rank_place import RankPlace

AUTO = "auto"


def parse_devices(text: str) -> tuple[str, ...]:
    """The devices in a text such as cuda:0,cuda:1.

    Raises:
        argparse.ArgumentTypeError: One of them has no name; argparse prints the sentence.
    """
    devices = tuple(name.strip() for name in text.split(","))
    if not all(devices):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of devices; write cuda:0,cuda:1")
    return devices


def chosen_place(options: argparse.Namespace) -> RankPlace | None:
    """The place of this process among the ranks; None where it works alone.

    A rank of torchrun is known by its environment. Else several devices make this process rank 0,
    which starts the others. `options.device` becomes this process's own device.

    Raises:
        InvalidRequestError: The options or the environment do not fit together.
    """
    devices: Sequence[str] = options.devices
    if devices and options.device != AUTO:
        raise InvalidRequestError("devices", "Please give --device or --devices, not both.")
    place = RankPlace.from_environment()
    if place is None and len(devices) > 1:
        place = RankPlace(0, len(devices), local_size=len(devices), hosts_store=True)
    if devices:
        options.device = _own(devices, place)
    if place is not None and options.endless:
        raise InvalidRequestError(
            "endless", "--endless plays on one device: choose it with --device."
        )
    return place


def own_device(wanted: str, place: RankPlace, names: Sequence[str]) -> str:
    """The device of a rank for which none was given: one of the fastest kind here, in turns.

    Args:
        wanted: What was asked for; anything but "auto" stays.
        place: The rank.
        names: The devices of this machine, the fastest kind first.
    """
    if wanted != AUTO:
        return wanted
    kind = names[0].partition(":")[0]
    alike = [name for name in names if name.partition(":")[0] == kind]
    return alike[place.local_rank % len(alike)]


def _own(devices: Sequence[str], place: RankPlace | None) -> str:
    local_rank = 0 if place is None else place.local_rank
    if local_rank >= len(devices):
        raise InvalidRequestError(
            "devices",
            f"There are {len(devices)} devices, and this is process {local_rank + 1} on this "
            "machine: name a device for each.",
        )
    return devices[local_rank]
