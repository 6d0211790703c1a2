import pytest

from tests import __main__ as command


@pytest.fixture(autouse=True)
def set_up_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command.launcher, "prepare_tests", lambda: None)


def exits(code: int) -> tuple[str, ...]:
    return ("-c", f"raise SystemExit({code})")


@pytest.mark.parametrize("broken", ["first", "second", "third"])
def test_one_failure_fails_the_command_but_stops_no_other_check(
    broken: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    names = ("first", "second", "third")
    monkeypatch.setattr(command, "CHECKS", {name: exits(5 * (name == broken)) for name in names})

    assert command.main([]) == 1
    summary = capfd.readouterr().out.splitlines()[-3:]
    assert [line.split()[:2] for line in summary] == [
        [name, "FAILED" if name == broken else "ok"] for name in names
    ]


def test_without_a_failure_the_exit_code_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "CHECKS", {"only": exits(0)})

    assert command.main([]) == 0


def test_arguments_go_to_pytest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(command, "_run", lambda words: commands.append(words) or 3)

    assert command.main(["tests/core", "-k", "mel"]) == 3
    assert commands == [("-m", "pytest", "tests/core", "-k", "mel")]


def test_the_whole_suite_is_among_the_checks() -> None:
    assert command.CHECKS["tests"] == (*command.PYTEST, *command.IN_PARALLEL)
    assert not any("tests/" in word for word in command.IN_PARALLEL)  # none is chosen
    assert command.ROOT.joinpath("pyproject.toml").exists()
