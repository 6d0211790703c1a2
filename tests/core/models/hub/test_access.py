"""A user's token goes to the hub, only where it is needed, and nowhere else."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.hub.access import find_token, token_file
from core.models.hub.hub import Hub
from tests.core.models.local_hub import SOURCE, LocalHub, serve

TOKEN = "hf_kept-between-us"
HUB = "https://huggingface.co"


@pytest.fixture
def server(model_folder: Path) -> Iterator[LocalHub]:
    with serve(SOURCE, model_folder) as running:
        running.token = TOKEN
        yield running


def test_a_gated_model_is_downloaded_with_the_token(
    hub: Hub, server: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert hub.download(hub.describe(SOURCE), Progress(), agreed=True).is_dir()
    described = [sent for path, sent in server.authorizations if path.startswith("/api/")]
    assert set(described) == {None}


def test_a_private_model_is_described_with_the_token(
    hub: Hub, server: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.is_described_to_all, server.refusal = False, (401, "RepoNotFound")
    with pytest.raises(ModelLoadError, match=r"no such public model.* A private one needs"):
        hub.describe(SOURCE)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert hub.describe(SOURCE).files


def test_a_public_model_never_sees_the_token(
    hub: Hub, server: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    server.token = None
    hub.download(hub.describe(SOURCE), Progress(), agreed=True)
    assert {sent for _, sent in server.authorizations} == {None}


def test_a_redirection_to_another_server_loses_the_token(
    hub: Hub, server: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with serve(SOURCE, server.folder) as storage:
        server.redirection = storage.endpoint
        hub.download(hub.describe(SOURCE), Progress(), agreed=True)
    assert f"Bearer {TOKEN}" in {sent for _, sent in server.authorizations}
    assert {sent for _, sent in storage.authorizations} == {None}
    assert storage.requests


@pytest.mark.parametrize(
    "case",
    [
        ("", (401, "GatedRepo"), r"\(status 401\)\. Get access on .*/owner/tiny-audioldm, make a"),
        ("", (401, ""), r"put it into the variable HF_TOKEN or the file .*huggingface.token"),
        ("hf_old", (401, ""), r"does not accept your token \(status 401\)\. Make another on"),
        ("hf_other", (403, "GatedRepo"), r"your token has no access to it \(status 403\)\. Get"),
    ],
)
def test_a_refusal_says_what_to_do(
    hub: Hub,
    server: LocalHub,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    case: tuple[str, tuple[int, str], str],
) -> None:
    token, server.refusal, sentence = case
    monkeypatch.setenv("HF_TOKEN", token)
    caplog.set_level(logging.DEBUG)
    for described_to_all in (True, False):
        server.is_described_to_all = described_to_all
        with pytest.raises(ModelLoadError, match=sentence) as caught:
            hub.describe(SOURCE)
        assert "hf_" not in str(caught.value) + str(caught.value.__cause__) + caplog.text


def test_the_variable_comes_before_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert find_token(HUB) is None
    (tmp_path / "token").write_text("hf_in-the-home\n")
    assert find_token(HUB) == "hf_in-the-home"
    (tmp_path / "mine").write_text("hf_in-my-file")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "mine"))
    assert token_file() == tmp_path / "mine"
    assert find_token(HUB) == "hf_in-my-file"
    monkeypatch.setenv("HF_TOKEN", " hf_in-the-variable ")
    assert find_token(HUB) == "hf_in-the-variable"


@pytest.mark.parametrize("text", ["", " ", "two words", "tökén", "a\nb", "\x00"])
def test_what_cannot_be_a_token_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    (tmp_path / "token").write_text(text, encoding="utf-8")
    assert find_token(HUB) is None


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://huggingface.co/owner/model", True),
        ("http://127.0.0.1:8000/owner/model", True),
        ("http://localhost/owner/model", True),
        ("http://huggingface.co/owner/model", False),
        ("http://192.0.2.1/owner/model", False),
    ],
)
def test_a_token_is_never_sent_in_the_clear(
    monkeypatch: pytest.MonkeyPatch, url: str, is_sent: bool
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert (find_token(url) is not None) is is_sent


@pytest.mark.parametrize("value", ["1", "true", "0"])
def test_a_user_can_forbid_that_the_token_is_sent(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", value)
    assert (find_token(HUB) is None) is (value != "0")
