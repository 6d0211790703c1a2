"""A build says what is missing before it takes its minutes."""

import pytest
from release import checks

ADDRESS = "https://tessera-studio.org"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with a maintainer and addresses."""
    monkeypatch.setattr(checks, "MAINTAINER", "Tessera <packages@tessera-studio.org>")
    for name in ("HOMEPAGE", "REPOSITORY", "ISSUES"):
        monkeypatch.setattr(checks, name, f"{ADDRESS}/{name.lower()}.examples")


@pytest.mark.usefixtures("published")
def test_real_addresses_are_no_placeholders() -> None:
    assert checks.has_public_address()


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("name", ["MAINTAINER", "HOMEPAGE", "REPOSITORY", "ISSUES"])
def test_one_placeholder_keeps_a_tag_from_being_built(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(checks, name, "https://tessera.example/tessera")
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")

    assert not checks.has_public_address()
    with pytest.raises(SystemExit, match="authors and urls"):
        checks.require_buildable()
