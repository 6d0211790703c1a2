import argparse
import hashlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.cli.options import add_edit_commands
from core.version import __version__
from tests.app.bootstrap.sample_project import UNREACHABLE, SampleProject, write_wheel


def edit_commands() -> list[str]:
    """What edits are called on the command line."""
    commands = argparse.ArgumentParser().add_subparsers()
    add_edit_commands(commands)
    return sorted(commands.choices)


def printed(process: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """What the stand-in studio printed, and nothing beside it."""
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def one_sentence(process: subprocess.CompletedProcess[str]) -> str:
    """The last line of a start that failed as it should: no traceback, nothing on stdout."""
    assert process.returncode == 1
    assert process.stdout == ""
    assert "Traceback" not in process.stderr
    last = process.stderr.splitlines()[-1]
    assert last.startswith("tessera: ")
    return last


@contextmanager
def started_with_a_silent_registry(project: SampleProject) -> Iterator[subprocess.Popen[str]]:
    """A first start whose pip has just asked a registry that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as registry:
        registry.settimeout(240)  # a busy machine takes its time to make an environment
        address = f"http://127.0.0.1:{registry.getsockname()[1]}/simple"
        process = project.begin(
            "generate", PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=address
        )
        with registry.accept()[0]:
            yield process


def test_the_first_start_sets_up_and_runs_inside_the_environment(
    installed_once: SampleProject,
) -> None:
    result = printed(installed_once.start("generate", "church organ", "--seed", "1"))

    assert result == {
        "prefix": str(installed_once.environment),
        "arguments": ["generate", "church organ", "--seed", "1"],
        "tiny": "tiny",
    }


def test_a_later_start_needs_no_registry_and_prints_nothing(
    installed_project: SampleProject,
) -> None:
    for wheel in installed_project.registry.iterdir():
        wheel.unlink()

    later = installed_project.start("generate")

    assert printed(later)["tiny"] == "tiny"
    assert "Setting up" not in later.stderr


def test_a_package_with_another_hash_is_not_installed(project: SampleProject) -> None:
    write_wheel(project.registry, "tiny_dependency", "1.0", "TINY = 'changed since'\n")

    assert "its hash differs" in one_sentence(project.start("generate"))
    assert not list(project.environment.glob("**/tiny_dependency.py"))


def test_a_changed_list_is_installed_at_the_next_start(installed_project: SampleProject) -> None:
    write_wheel(installed_project.registry, "below", "3.0", "")
    wheel = installed_project.registry / "below-3.0-py3-none-any.whl"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with (installed_project.root / "packaging/requirements/base.txt").open("a") as listed:
        listed.write(f"below==3.0 --hash=sha256:{digest}\n")

    assert printed(installed_project.start("generate"))["tiny"] == "tiny"
    assert list(installed_project.environment.glob("**/below.py"))


def test_nothing_of_the_registry_stays_in_the_project(installed_once: SampleProject) -> None:
    written = [path for path in installed_once.environment.glob("*") if path.is_file()]

    assert written
    for path in written:
        assert str(installed_once.registry) not in path.read_text()


def test_a_new_dependency_is_added_to_the_environment_as_it_is(
    installed_project: SampleProject,
) -> None:
    write_wheel(installed_project.registry, "another", "2.0", "")
    installed_project.require("tiny-dependency==1.0", "another==2.0")
    made = (installed_project.environment / "pyvenv.cfg").stat().st_mtime_ns

    assert printed(installed_project.start("generate"))["tiny"] == "tiny"
    assert (installed_project.environment / "pyvenv.cfg").stat().st_mtime_ns == made
    assert list(installed_project.environment.glob("**/another.py"))


def test_the_next_start_repairs_one_that_was_killed_during_pip(
    project: SampleProject,
) -> None:
    with started_with_a_silent_registry(project) as killed:
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()

    assert printed(project.start("generate"))["tiny"] == "tiny"


def test_packages_of_an_unfinished_set_up_are_not_trusted(
    installed_project: SampleProject,
) -> None:
    [module] = installed_project.environment.glob("**/tiny_dependency.py")
    module.unlink()
    (installed_project.environment / "contents.txt").write_text("unfinished\n")

    assert printed(installed_project.start("generate"))["tiny"] == "tiny"


def test_an_environment_without_its_python_is_rebuilt(installed_project: SampleProject) -> None:
    (installed_project.environment / "bin/python").unlink()

    assert printed(installed_project.start("generate"))["tiny"] == "tiny"


def test_an_environment_of_another_python_is_rebuilt(installed_project: SampleProject) -> None:
    settings = installed_project.environment / "pyvenv.cfg"
    settings.write_text("home = /usr/bin\nversion = 3.9.2\n")
    contents = installed_project.environment / "contents.txt"
    contents.write_text(contents.read_text().replace("cpython-3", "cpython-2"))

    assert printed(installed_project.start("generate"))["tiny"] == "tiny"
    assert "3.9.2" not in settings.read_text()


def test_an_environment_made_by_hand_is_kept(installed_project: SampleProject) -> None:
    (installed_project.environment / "contents.txt").unlink()
    keepsake = installed_project.environment / "keepsake"
    keepsake.touch()

    assert printed(installed_project.start("generate"))["tiny"] == "tiny"
    assert keepsake.exists()


def test_two_starts_at_once_do_not_trample_on_each_other(project: SampleProject) -> None:
    both = [project.begin("generate"), project.begin("generate")]
    results = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0], results
    waited = ["waiting for it" in errors for _, errors in results]
    assert sorted(waited) == [False, True]


def test_a_start_without_a_network_says_so_and_the_next_goes_on(
    project: SampleProject,
) -> None:
    nowhere = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": UNREACHABLE}

    failed = project.start("generate", PIP_RETRIES="1", **nowhere)

    assert "check the network and start again" in one_sentence(failed)
    assert "127.0.0.1" not in failed.stderr
    assert failed.stderr.splitlines()[:2] == [
        f"Setting up Tessera in {project.environment}. This is done once.",
        "To download: tiny-dependency, and what these need.",
    ]
    assert printed(project.start("generate"))["tiny"] == "tiny"


def test_a_failed_download_leaves_a_working_environment_working(
    installed_project: SampleProject,
) -> None:
    installed_project.require("tiny-dependency==1.0", "not-to-be-had==1.0")
    assert "no not-to-be-had==1.0" in one_sentence(installed_project.start("generate"))

    installed_project.require("tiny-dependency==1.0")
    again = installed_project.start("generate")

    assert printed(again)["tiny"] == "tiny"
    assert "Setting up" not in again.stderr


def test_without_the_right_to_write_one_sentence_says_so(project: SampleProject) -> None:
    project.root.chmod(0o555)
    without_override = ("/usr/bin/setpriv", "--bounding-set=-dac_override", "--inh-caps=-all")
    before = without_override if os.geteuid() == 0 else ()

    process = project.begin("generate", before=before)
    output, errors = process.communicate()
    project.root.chmod(0o755)

    failed = subprocess.CompletedProcess(process.args, process.returncode, output, errors)
    assert f"may not write in {project.root}" in one_sentence(failed)


def test_on_a_full_disk_one_sentence_says_so(project: SampleProject) -> None:
    project.environment.mkdir()
    (project.environment / "contents.new").symlink_to("/dev/full")

    assert "The disk is full" in one_sentence(project.start("generate"))


def test_a_missing_display_is_reported_before_any_download(
    project: SampleProject,
) -> None:
    sentence = one_sentence(project.start())

    assert "no display" in sentence
    assert "main.py generate" in sentence
    assert not project.environment.exists()


@pytest.mark.parametrize("command", ["generate", *edit_commands()])
def test_commands_that_write_files_need_no_display(
    installed_once: SampleProject, command: str
) -> None:
    assert printed(installed_once.start(command))["arguments"] == [command]


def test_missing_libraries_are_named_before_any_download(
    project: SampleProject,
) -> None:
    signs = project.root / "app/bootstrap/system_packages.py"
    signs.write_text(signs.read_text().replace("libEGL.so.1", "libnowhere.so.1"))

    sentence = one_sentence(project.start(QT_QPA_PLATFORM="offscreen"))

    assert "window needs system libraries" in sentence
    assert "libegl1" in sentence
    assert not (project.environment / "bin").exists()
    assert printed(project.start("generate"))["tiny"] == "tiny"


def test_the_version_is_printed_before_any_set_up(project: SampleProject) -> None:
    result = project.start("--version")

    assert result.stdout == f"Tessera {__version__}\n"
    assert not project.environment.exists()


def test_an_interrupted_set_up_says_that_the_next_resumes_it(project: SampleProject) -> None:
    with started_with_a_silent_registry(project) as process:
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate()

    assert process.returncode == 130
    assert errors.splitlines()[-1].startswith("The set-up was interrupted")
