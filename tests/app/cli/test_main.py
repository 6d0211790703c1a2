"""What can be typed after the program's name."""

import re
from pathlib import Path

import pytest

from app.bootstrap.launcher import WINDOWLESS_COMMANDS
from app.cli import self_test
from app.cli.main import main
from app.studio import application


@pytest.fixture
def opened(monkeypatch):
    """What the studio was opened with."""
    files = []
    monkeypatch.setattr(application, "main", lambda file=None: files.append(file) or 0)
    return files


def test_without_arguments_the_studio_opens(opened):
    assert main([]) == 0
    assert opened == [None]


@pytest.mark.parametrize("name", ["a.wav", "a.wav.tessera.json", "/sounds/gone.flac"])
def test_a_file_opens_the_studio_with_it(opened, name):
    assert main([name]) == 0
    assert opened == [Path(name).absolute()]


def test_a_file_without_an_ending_is_one_where_it_exists(opened, tmp_path):
    (tmp_path / "generate").touch()
    main([str(tmp_path / "generate")])
    assert opened == [tmp_path / "generate"]


@pytest.mark.parametrize("args", [["genrate"], ["--no-such.option"], ["a.wav", "b.wav"]])
def test_neither_a_command_nor_a_file_is_wrong_usage(opened, args, capsys):
    with pytest.raises(SystemExit) as end:
        main(args)
    assert end.value.code == 2
    assert "usage: tessera" in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("at_home", [True, False])
def test_the_self_test_leaves_the_persons_own_alone_unless_asked(monkeypatch, at_home):
    asked = []
    monkeypatch.setattr(
        self_test, "run", lambda folder, *, at_home: asked.append((folder, at_home)) or 0
    )
    main(["self-test", "/there", *(["--at-home"] if at_home else [])])
    assert asked == [(Path("/there"), at_home)]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["generate", "rain", "--seconds", "soon"], "'soon' is no time; write 10, 2:30 or 1:02:30"),
        (
            ["continue", "rain.wav", "--seconds", "soon"],
            "'soon' is no time; write 10, 2:30 or 1:02:30",
        ),
        (["generate", "rain", "--scheduler", "none"], "'ddim'"),
        (["generate", "rain", "--mode", "none"], "'streaming'"),
        (["loop", "rain.wav", "--mode", "none"], "'streaming'"),
    ],
)
def test_an_unknown_value_is_answered_with_the_known_ones(args, expected, capsys):
    with pytest.raises(SystemExit):
        main([*args, "-o", "out.wav"])
    sentence = capsys.readouterr().err.splitlines()[-1]
    assert expected in sentence
    assert "Scheduler." not in sentence
    assert "TilingMode." not in sentence


def test_every_command_but_the_self_test_needs_no_display(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = re.findall(r"^ {4}([a-z-]+) {2,}", capsys.readouterr().out, re.MULTILINE)
    assert "generate" in commands
    assert {*commands} - {"self-test"} <= {*WINDOWLESS_COMMANDS}


@pytest.mark.parametrize("command", ["generate", "repair", "continue", "loop"])
def test_every_command_explains_its_options(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    for word in ("--output", "--negative", "--seed", "--mode", "--device", "--bits", "--json"):
        assert word in printed


@pytest.mark.parametrize("option", ["--seed", "--steps", "--guidance"])
def test_a_long_value_is_not_repeated_in_full(option, capsys):
    with pytest.raises(SystemExit):
        main(["generate", "rain", "-o", "a.wav", option, "9" * 5000 + "x"])
    sentence = capsys.readouterr().err.splitlines()[-1]
    assert option in sentence
    assert len(sentence) < 120
