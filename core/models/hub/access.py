"""The user's token for models that the hub gives only to people who have access.

It is read where Hugging Face's programs keep it, and sent only to the hub, and only where the hub
refuses without one: an old token would make the hub refuse public models too.
"""

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from core.models.hub.hub_cache import hugging_face_home
from core.runtime.outside_file import read_outside_file

REFUSED = (401, 403)
_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")  # the second is the older name
_TRUE = ("1", "ON", "YES", "TRUE")
_MAX_BYTES = 4096
_TOKEN = re.compile(r"[!-~]+")  # what an HTTP header may hold


def find_token(url: str) -> str | None:
    """The user's token, to be sent to `url`; None without one, or where others could read it."""
    texts = (os.environ.get(name, "") for name in _VARIABLES)
    text = next(filter(None, (each.strip() for each in texts)), "") or _stored_token()
    is_usable = _TOKEN.fullmatch(text) and _is_private(url) and not _is_forbidden()
    return text if is_usable else None


def token_file() -> Path:
    """The file in which Hugging Face's programs keep the token."""
    named = os.environ.get("HF_TOKEN_PATH")
    return Path(named).expanduser() if named else hugging_face_home() / "token"


def authorization(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def refusal(source: str, status: int, *, has_token: bool) -> str:
    """What a person can do where the hub refuses a model with 401 or 403."""
    page = f"https://huggingface.co/{source}"
    if not has_token:
        return (
            f"the hub gives it only to people who have access (status {status}). Get access on "
            f"{page}, make a token on https://huggingface.co/settings/tokens, put it into the "
            f"variable HF_TOKEN or the file {token_file()}, and try again."
        )
    if status == 401:
        return (
            "the hub does not accept your token (status 401). Make another on "
            "https://huggingface.co/settings/tokens, put it into the variable HF_TOKEN or the "
            f"file {token_file()}, and try again."
        )
    return (
        f"the owner of your token has no access to it (status {status}). Get access on {page}; "
        "the token has to allow reading such models. Then try again."
    )


def _stored_token() -> str:
    try:
        content = read_outside_file(token_file(), _MAX_BYTES)
    except (OSError, RuntimeError):  # there is none, or no home folder
        return ""
    return content.decode("ascii", errors="replace").strip()


def _is_forbidden() -> bool:
    """Whether the user forbids programs to send the token unasked."""
    return os.environ.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").upper() in _TRUE


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent: encrypted, or on this machine."""
    parts = urlsplit(url)
    try:
        is_here = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = parts.hostname == "localhost"
    return parts.scheme == "https" or is_here
