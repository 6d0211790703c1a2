"""A stand-in for the hub on this machine: just enough of its endpoints for the real client.

It answers GET /api/models/ID/revision/REV and GET /ID/resolve/COMMIT/PATH (with ranges), from a
folder, and can break off in the middle of a file.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LICENCE = "cc-by-nc-sa-4.0"
SOURCE = "owner/tiny-audioldm"
_RESOLVE = re.compile(rf"/(?P<id>[^/]+/[^/]+)/resolve/{COMMIT}/(?P<path>.+)")
_INFO = re.compile(r"/api/models/(?P<id>[^/]+/[^/]+)/revision/main")


@dataclass
class LocalHub:
    """What the stand-in serves, and what was asked of it.

    Attributes:
        source: The one model it has.
        folder: Its files.
        endpoint: Address for the client.
        break_off_after: Bytes of a file after which the connection closes; None = never.
        ignore_ranges: Send whole files whatever was asked for.
        damage: Send wrong bytes of the right number.
        extra_bytes: Send so many bytes more of each file than it was said to have.
        changes: What it says in place of the truth, in its answer about the model.
        requests: Path and Range header of every request for a file.
        token: Refuse requests without it; None = serve everybody.
        refusal: Status and X-Error-Code of a refusal.
        is_described_to_all: Whether the model is described without the token, as a gated one is.
        redirection: Address of a server to which requests for files are sent on.
        authorizations: Path and Authorization header of every request.
    """

    source: str
    folder: Path
    endpoint: str = ""
    break_off_after: int | None = None
    ignore_ranges: bool = False
    damage: bool = False
    extra_bytes: int = 0
    changes: dict[str, object] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    token: str | None = None
    refusal: tuple[int, str] = (401, "GatedRepo")
    is_described_to_all: bool = True
    redirection: str = ""
    authorizations: list[tuple[str, str | None]] = field(default_factory=list)

    def refuses(self, path: str, authorization: str | None) -> bool:
        """Whether a request lacks the token."""
        is_open = self.is_described_to_all and _INFO.fullmatch(path)
        return bool(self.token and authorization != f"Bearer {self.token}" and not is_open)

    def describe(self) -> bytes:
        """The answer of the hub's API about the model."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return json.dumps(
            {
                "id": self.source,
                "modelId": self.source,
                "sha": COMMIT,
                "private": False,
                "tags": [],
                "downloads": 0,
                "likes": 0,
                "cardData": {"license": LICENCE},
                "siblings": [self._sibling(path) for path in sorted(files)],
                **self.changes,
            }
        ).encode()

    def _sibling(self, path: Path) -> dict[str, object]:
        size = path.stat().st_size
        sibling: dict[str, object] = {
            "rfilename": path.relative_to(self.folder).as_posix(),
            "size": size,
            "blobId": "0" * 40,
        }
        if path.suffix in {".safetensors", ".bin"}:
            checksum = hashlib.sha256(path.read_bytes()).hexdigest()
            sibling["lfs"] = {"size": size, "sha256": checksum, "pointerSize": 130}
        return sibling


class _Handler(BaseHTTPRequestHandler):
    """Answers one request.

    Args:
        hub: What is served.
        request: What the server passes to a handler.
    """

    def __init__(self, hub: LocalHub, *request: Any) -> None:
        self.hub = hub  # first: the base class answers the request while it is made
        super().__init__(*request)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        authorization = self.headers.get("Authorization")
        self.hub.authorizations.append((path, authorization))
        if self.hub.refuses(path, authorization):
            self._refuse(*self.hub.refusal)
        elif (match := _INFO.fullmatch(path)) and match["id"] == self.hub.source:
            self._send(200, self.hub.describe())
        elif (match := _RESOLVE.fullmatch(path)) and self.hub.redirection:
            self._refuse(302, location=self.hub.redirection + path)
        elif match and (self.hub.folder / match["path"]).is_file():
            self._send_file(match["path"])
        else:
            self._refuse(404, "RepoNotFound")

    def _refuse(self, status: int, code: str = "", location: str = "") -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_file(self, path: str) -> None:
        content, wanted = (self.hub.folder / path).read_bytes(), self.headers.get("Range")
        content += bytes(self.hub.extra_bytes)
        self.hub.requests.append((path, wanted))
        if self.hub.damage:
            content = bytes(len(content))
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if start and not self.hub.ignore_ranges:
            self._send(206, content[start:])
        else:
            self._send(200, content)

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.hub.break_off_after])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def serve(source: str, folder: Path) -> Iterator[LocalHub]:
    """Run the stand-in on a free port of this machine."""
    hub = LocalHub(source, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, hub))
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
