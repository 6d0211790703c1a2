import argparse

import pytest

from app.cli.ranks.rank_choice import chosen_place, own_device, parse_devices
from core.api.errors import InvalidRequestError
from core.peers.rank_place import RankPlace

SECOND = RankPlace(3, 4, "node-a", 29_500, local_rank=1, local_size=2)


def options(
    devices: str = "", device: str = "auto", *, endless: bool = False
) -> argparse.Namespace:
    named = parse_devices(devices) if devices else ()
    return argparse.Namespace(devices=named, device=device, endless=endless)


@pytest.fixture
def as_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchrun started this process, as the second on its machine."""
    for name, text in SECOND.environment().items():
        monkeypatch.setenv(name, text)


@pytest.mark.parametrize("devices", ["", "cpu"])
def test_one_device_is_no_rank(devices: str) -> None:
    assert chosen_place(options(devices)) is None


def test_several_devices_make_this_process_rank_0() -> None:
    chosen = options("cuda:0, cuda:1,cpu")
    place = chosen_place(chosen)

    assert place == RankPlace(0, 3, local_size=3, hosts_store=True)
    assert chosen.device == "cuda:0"


@pytest.mark.usefixtures("as_second")
def test_a_rank_of_torchrun_takes_the_device_of_its_turn() -> None:
    chosen = options("cuda:0,cuda:1")

    assert chosen_place(chosen) == SECOND
    assert chosen.device == "cuda:1"


@pytest.mark.usefixtures("as_second")
def test_each_rank_of_a_machine_needs_a_device() -> None:
    with pytest.raises(InvalidRequestError, match="this is process 2 on this machine"):
        chosen_place(options("cuda:0"))


@pytest.mark.parametrize(
    ("wanted", "names", "device"),
    [
        ("auto", ("cuda:0", "cuda:1", "cpu"), "cuda:1"),
        ("auto", ("cuda", "cpu"), "cuda"),
        ("auto", ("cpu",), "cpu"),
        ("mps", ("cuda", "cpu"), "mps"),
    ],
)
def test_ranks_take_the_fastest_devices_in_turns(
    wanted: str, names: tuple[str, ...], device: str
) -> None:
    assert own_device(wanted, SECOND, names) == device


def test_what_does_not_fit_together_is_one_sentence() -> None:
    with pytest.raises(InvalidRequestError, match="not both"):
        chosen_place(options("cpu,cpu", "cuda"))
    with pytest.raises(InvalidRequestError, match="one device"):
        chosen_place(options("cpu,cpu", endless=True))
    with pytest.raises(argparse.ArgumentTypeError, match="cuda:0,cuda:1"):
        parse_devices("cpu,")
