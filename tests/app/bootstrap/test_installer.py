import subprocess
import sys
from pathlib import Path

import pytest

from app.bootstrap import installer
from app.bootstrap.environment import Environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment whose Python is a script; the tests write it."""
    environment = Environment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    return environment


def python_that(environment: Environment, does: str) -> None:
    environment.python.write_text(f"#!{sys.executable}\n{does}\n")
    environment.python.chmod(0o755)


def install(environment: Environment) -> None:
    with environment.lock_file.open("w") as lock:
        installer.install(environment, ["torch==2.13.0"], lock.fileno())


def test_pip_keeps_its_configuration_and_reads_no_input(environment: Environment) -> None:
    said = environment.folder / "said"
    python_that(environment, f"import sys; open({str(said)!r}, 'w').write(' '.join(sys.argv[1:]))")

    install(environment)

    words = said.read_text().split()
    assert words[:3] == ["-Im", "pip", "install"]
    assert "--no-input" in words
    assert "--isolated" not in words
    assert words[-1] == "torch==2.13.0"


def test_downloads_go_to_the_environment_and_are_removed(
    environment: Environment,
) -> None:
    kept = environment.folder / "where"
    python_that(
        environment,
        f"import os; open({str(kept)!r}, 'w').write(os.path.realpath(os.environ['TMPDIR']))",
    )

    install(environment)

    downloads = Path(kept.read_text())
    assert downloads.parent == environment.folder
    assert not downloads.exists()


@pytest.mark.parametrize("installing", [False, True])
def test_a_pip_that_gave_up_hands_over_all_it_said(
    environment: Environment, installing: bool
) -> None:
    last_word = "Installing collected packages: torch" if installing else "ERROR: no such thing"
    python_that(
        environment, f"print('Collecting torch'); print({last_word!r}); raise SystemExit(1)"
    )

    with pytest.raises(installer.InstallError) as failed:
        install(environment)

    assert failed.value.output == f"Collecting torch\n{last_word}\n"
    assert failed.value.installing is installing


def test_a_silent_process_still_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "TICK_S", 0.01)
    with subprocess.Popen(
        ["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        lines = installer._lines(process)
        assert next(lines) is installer.HEARTBEAT
        process.stdin.write("at last\n")
        process.stdin.close()

        assert [line for line in lines if line is not installer.HEARTBEAT] == ["at last\n"]


def test_bytes_are_counted_through_all_folders(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "wheel").write_bytes(bytes(1000))
    (tmp_path / "a/b/wheel").write_bytes(bytes(24))
    (tmp_path / "gone").symlink_to("nowhere")

    assert installer._bytes_in(tmp_path) == 1024


def test_the_progress_of_pip_is_reported(
    environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    python_that(environment, "print('Installing collected packages: a, b')")

    install(environment)

    assert "Installing 2 packages" in capsys.readouterr().err
