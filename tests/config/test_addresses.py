import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.environment import database_from_url
from config.services import addresses

# The system's limit is 108 bytes with the final zero.
LONGEST_SOCKET_PATH = 100


def test_sockets_are_short_however_deep_the_project_lies(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 8)
    folder = addresses.socket_dir(deep)
    try:
        assert len(str(folder / ".s.PGSQL.5432")) < LONGEST_SOCKET_PATH
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert addresses.socket_dir(deep) == folder
        assert addresses.socket_dir(deep / "other") != folder
    finally:
        addresses.socket_dir(deep / "other").rmdir()
        folder.rmdir()


def test_sockets_do_not_move_with_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = addresses.socket_dir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert addresses.socket_dir(tmp_path) == folder
    folder.rmdir()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sockets"
    folder.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(addresses.ForeignFolder, match="belongs to somebody else"):
        addresses.make_private(folder)


def test_a_link_is_refused_even_if_it_leads_to_our_own(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(addresses.ForeignFolder):
        addresses.make_private(link)


def test_a_folder_open_to_the_world_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    addresses.make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_two_roles_share_one_database(tmp_path: Path) -> None:
    web = database_from_url(addresses.database_url(tmp_path, role="web"))
    owner = database_from_url(addresses.database_url(tmp_path, role="owner"))
    addresses.socket_dir(tmp_path).rmdir()
    assert (web["USER"], owner["USER"]) == ("parvis_web", "parvis_owner")
    assert (web["NAME"], web["HOST"]) == (owner["NAME"], owner["HOST"])


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: addresses.secret_key(tmp_path / "var"), range(8)))
    keys.add(addresses.secret_key(tmp_path / "var"))
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
