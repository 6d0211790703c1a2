import socket
import sys
from pathlib import Path

import pytest

from app.bootstrap import display
from app.bootstrap.failure import SetupError


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def refusal() -> str | None:
    """Why no window can be opened; None where one can."""
    try:
        display.require_display()
    except SetupError as error:
        return str(error)
    return None


def test_without_a_screen_the_sentence_names_generate() -> None:
    with pytest.raises(SetupError, match=r"no display .* main\.py generate"):
        display.require_display()


def test_a_wayland_screen_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert refusal() is None


@pytest.mark.skipif(not Path("/proc/net/unix").exists(), reason="Linux's abstract sockets")
def test_an_x_server_that_answers_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0/tmp/.X11-unix/X3456")
        server.listen()
        server.settimeout(0)
        monkeypatch.setenv("DISPLAY", ":3456.0")
        assert refusal() is None
        server.accept()[0].close()  # it was asked, or this would fail


@pytest.mark.parametrize("name", [":3457", "unix:3457.0"])
def test_an_x_server_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DISPLAY", name)
    with pytest.raises(SetupError, match=rf"{name} does not answer.* main\.py generate"):
        display.require_display()


def test_a_display_elsewhere_gets_the_benefit_of_the_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "elsewhere.example:10.0")
    assert refusal() is None


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_platform_without_a_screen_needs_none(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert refusal() is None


@pytest.mark.parametrize("platform", ["xcb", "wayland;xcb"])
def test_a_platform_with_a_screen_does(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    with pytest.raises(SetupError):
        display.require_display()


def test_other_systems_always_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert refusal() is None
