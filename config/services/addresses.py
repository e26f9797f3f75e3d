"""Where the embedded servers are. Imported by the settings, so nothing here may import Django."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

Role = Literal["web", "owner"]

DATABASE = "parvis"
# The cluster's superuser: sets up roles and database, and is used for nothing else.
ADMIN_ROLE = "parvis_admin"
# Shared by all accounts; the folder inside it is private, and refused when somebody else made it.
SHORT_PARENT = Path("/tmp")
ROLES: dict[Role, str] = {"web": "parvis_web", "owner": "parvis_owner"}


class ForeignFolder(Exception):
    """A folder that must be private belongs to somebody else, or is open to others."""


def var_dir() -> Path:
    """Where everything that changes lives: databases, media, logs. `PARVIS_VAR` moves it."""
    base = Path(__file__).resolve().parent.parent.parent
    return Path(os.environ.get("PARVIS_VAR") or base / "var").resolve()


def first_link_file(var_dir: Path) -> Path:
    """Where the path of the first operator’s link is kept, while nobody is one."""
    return var_dir / "run" / "first-operator"


def socket_dir(var_dir: Path) -> Path:
    """The private folder of the servers' sockets, made where it is missing.

    It cannot lie under `var_dir`: the system limits socket paths to about 100 bytes. It must be the same for
    every shell and service of one account, so neither TMPDIR nor a session's runtime folder has a say.
    Raises ForeignFolder when somebody else made it first.
    """
    digest = hashlib.sha256(f"{os.getuid()}:{var_dir.resolve()}".encode()).hexdigest()[:12]
    parent = SHORT_PARENT if os.access(SHORT_PARENT, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    folder = parent / f"parvis-{os.getuid()}-{digest}"
    make_private(folder)
    return folder


def make_private(folder: Path) -> None:
    """Make `folder` readable by our account only, or make sure that it is. Raises ForeignFolder."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ForeignFolder(
            f"{folder} belongs to somebody else; remove it, or set PARVIS_VAR to another folder"
        )
    # The group may be let in on purpose (see postgres_server); the rest of the world never.
    if found.st_mode & 0o007:
        folder.chmod(0o700)


def database_url(var_dir: Path, role: Role = "web") -> str:
    """The address of the embedded database for one of the two roles."""
    return f"postgresql:///{DATABASE}?host={quote(str(socket_dir(var_dir)))}&user={ROLES[role]}"


def redis_socket(var_dir: Path) -> Path:
    return socket_dir(var_dir) / "redis.sock"


def redis_url(var_dir: Path) -> str:
    """The address of the embedded Redis."""
    return f"unix://{redis_socket(var_dir)}?db=0"


def next_redis_database(url: str) -> str:
    """The address of the same Redis, one database further: `…/0` or `?db=0` becomes 1."""
    parts = urlsplit(url)
    values = dict(parse_qsl(parts.query))
    if parts.scheme == "unix" or "db" in values:
        values["db"] = str(int(values.get("db") or 0) + 1)
        return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(values)}"
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}"))


def secret_key(var_dir: Path) -> str:
    """The signing key of this installation, made once and readable by its owner only."""
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        # Written aside and linked: of two processes that start together, both use the key of the first.
        handle, draft = tempfile.mkstemp(dir=var_dir, prefix=".secret_key.")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text(encoding="ascii")
