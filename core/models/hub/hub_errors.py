"""Turns errors of the hub's client into sentences with a next step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.api.errors import ModelLoadError
from core.models.hub.access import REFUSED, refusal


@contextmanager
def hub_errors_as_sentences(source: str) -> Iterator[None]:
    """Raise a ModelLoadError in place of errors of the hub's client and the disk inside the block.

    Args:
        source: Hub id of the model in question.
    """
    from httpx2 import HTTPStatusError, RequestError
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        yield
    except (RequestError, OfflineModeIsEnabled) as error:
        raise ModelLoadError(
            source,
            "the hub cannot be reached, or the connection broke off. Check the network and try "
            "again (what has arrived is kept), or choose a model on this machine.",
        ) from error
    except GatedRepoError as error:
        raise _refused(source, error.response) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelLoadError(
            source,
            "the hub has no such public model; check its name (owner/name). A private one needs "
            "your token in the variable HF_TOKEN.",
        ) from error
    except (HfHubHTTPError, HTTPStatusError) as error:
        status = error.response.status_code
        if status in REFUSED:
            raise _refused(source, error.response) from error
        raise ModelLoadError(
            source, f"the hub refused with status {status}; try again later."
        ) from error
    except ValueError as error:
        raise ModelLoadError(
            source,
            "what came back is not the hub's answer; a login page of the network may stand in "
            "between. Open a web page, log in, and try again.",
        ) from error
    except OSError as error:
        raise ModelLoadError(
            source, f"cannot be stored ({error.strerror or error}); make room or give permission."
        ) from error


def _refused(source: str, response: Any) -> ModelLoadError:
    """The error for a model to which a person has no access."""
    answers = (*response.history, response)  # a redirection elsewhere has lost the token
    has_token = any("authorization" in answer.request.headers for answer in answers)
    return ModelLoadError(source, refusal(source, response.status_code, has_token=has_token))
