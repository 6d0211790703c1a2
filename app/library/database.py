"""Opens the library's database: checks it and migrates it to the current version."""

import sqlite3
from datetime import datetime
from pathlib import Path

from app.library.library_error import LibraryError, not_read

_MIGRATIONS = (
    """
    CREATE TABLE takes (
        take_id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        duration_s REAL NOT NULL,
        request TEXT NOT NULL,
        is_starred INTEGER NOT NULL DEFAULT 0,
        notes TEXT NOT NULL DEFAULT '',
        size_bytes INTEGER NOT NULL DEFAULT 0,
        place TEXT NOT NULL DEFAULT 'library',
        trashed_at TEXT
    );
    CREATE TABLE queue (
        position INTEGER PRIMARY KEY,
        entry_id TEXT NOT NULL UNIQUE,
        request TEXT NOT NULL,
        state TEXT NOT NULL,
        was_interrupted INTEGER NOT NULL,
        is_agreed INTEGER NOT NULL,
        sentence TEXT NOT NULL
    );
    """,
    "ALTER TABLE queue ADD COLUMN is_endless INTEGER NOT NULL DEFAULT 0;",
    "CREATE TABLE left_out (name TEXT PRIMARY KEY);",
    """
    ALTER TABLE takes ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE takes ADD COLUMN project TEXT NOT NULL DEFAULT '';
    """,
    "ALTER TABLE takes ADD COLUMN markers TEXT NOT NULL DEFAULT '[]';",
)
"""One script per version, run in order; `user_version` is the number that were run."""

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedDatabaseError(Exception):
    """The file exists, but is damaged."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open a database, create it if it is missing, and migrate it.

    Several threads may use the connection, one at a time. When a transaction ends, its changes are
    on the disk, and survive a crash of the process or of the machine.

    Raises:
        DamagedDatabaseError: It fails SQLite's own check of its integrity.
        LibraryError: It cannot be opened, or a newer Tessera made it.
    """
    connection = None
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.text_factory = decode_text
        _check(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        _migrate(connection, path)
    except sqlite3.Error as error:
        _close(connection)
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
            raise DamagedDatabaseError(str(error)) from error
        raise not_read(path, error) from error
    except (DamagedDatabaseError, LibraryError):
        _close(connection)
        raise
    return connection


def decode_text(content: bytes) -> str:
    """A text of the database; bytes that are no text become lone surrogates, for a check to find.

    SQLite's own reading would fail for the whole table.
    """
    return content.decode("utf-8", "surrogateescape")


def set_aside(path: Path) -> Path:
    """Rename a damaged database and its journal, so that it can still be examined.

    Raises:
        OSError: There is no permission.
    """
    stem = f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}"
    aside = path.with_name(f"{stem}{path.suffix}")
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        journal = path.with_name(path.name + ending)
        if journal.exists():
            journal.rename(aside.with_name(aside.name + ending))
    return aside


def _check(connection: sqlite3.Connection) -> None:
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise DamagedDatabaseError(verdict)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_MIGRATIONS):
        raise LibraryError(path, "a newer Tessera made this library; please open it with that one.")
    for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()
