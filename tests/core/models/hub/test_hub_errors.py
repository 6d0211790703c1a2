import errno
import json
import os

import pytest
from httpx2 import ConnectTimeout, HTTPStatusError, ReadTimeout, Request, Response
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from core.api.errors import Cancelled, ModelLoadError, NotAgreedError
from core.models.hub.hub_errors import hub_errors_as_sentences

REQUEST = Request("GET", "http://127.0.0.1/model")
BUSY = Response(503, request=REQUEST)


def os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConnectTimeout("slow"), "cannot be reached"),
        (ReadTimeout("slow"), "what has arrived is kept"),
        (OfflineModeIsEnabled("offline"), "cannot be reached"),
        (RepositoryNotFoundError("none", response=BUSY), "no such public model"),
        (HFValidationError("a name with two --"), "check its name"),
        (HfHubHTTPError("busy", response=BUSY), "status 503; try again later"),
        (HTTPStatusError("busy", request=REQUEST, response=BUSY), "status 503"),
        (json.JSONDecodeError("no JSON", "<html>", 0), "a login page"),
        (os_error(errno.ENOSPC), r"cannot be stored \(No space left on device\); make room"),
        (os_error(errno.EACCES), r"\(Permission denied\); make room or give permission"),
    ],
)
def test_every_failure_is_a_sentence_that_names_the_model(error: Exception, sentence: str) -> None:
    pattern = f"owner/model: .*{sentence}"
    with (
        pytest.raises(ModelLoadError, match=pattern) as caught,
        hub_errors_as_sentences("owner/model"),
    ):
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [Cancelled(), NotAgreedError("a/b", 1, "MIT"), KeyError("bug")])
def test_other_errors_pass_through(error: Exception) -> None:
    with pytest.raises(type(error)), hub_errors_as_sentences("owner/model"):
        raise error
