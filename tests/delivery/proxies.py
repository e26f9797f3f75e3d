"""A real nginx and a real Caddy in front, set up by the files of deploy/ with addresses of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.services.embedded import unprivileged
from tests.ports import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"

NGINX = """
daemon off;
pid {folder}/pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {ours}
}}
"""


def program(name: str) -> str:
    """Its path; without it, the test is skipped. Debian keeps nginx where only root looks."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"no {name} on this machine")
    return found


def as_nobody() -> tuple[str, ...]:
    """Words before a command that refuses root; without a way to let it read our files, the test is skipped."""
    words, account = unprivileged()
    if account is not None:
        pytest.skip("root, and no namespaces of users")
    return words


def replaced(text: str, changes: dict[str, str]) -> str:
    """As the files say an operator does; each place must be there."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(
    upstream: str, media: Path, folder: Path, *, results: str = "", store: str = "127.0.0.1:9000"
) -> Iterator[str]:
    """Its address; with `results`, what only reads results is asked for there; `store` is the endpoint of a bucket."""
    path, port = program("nginx"), free_port()
    changes = {
        "127.0.0.1:8000": upstream,
        "listen 80;": f"listen 127.0.0.1:{port};",
        "alias /media/;": f"alias {media}/;",
        "/var/cache/nginx/parvis": f"{folder}/kept",
        "127.0.0.1:9000": store,
    }
    ours = replaced((DEPLOY / "nginx.conf").read_text(), changes)
    if results:
        part = replaced((DEPLOY / "nginx-results.conf").read_text(), {"127.0.0.1:8001": results})
        ours = replaced(ours, {"    location / {": f"{part}\n    location / {{"})
    # Root would hand its workers to somebody who may not read what the test stores.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + NGINX.format(folder=folder, ours=ours))
    command = [path, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with running(command, port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def caddy(upstream: str, media: Path, folder: Path) -> Iterator[str]:
    path, port = program("caddy"), free_port()
    changes = {
        "{\n\ton_demand_tls": "{\n\tadmin off\n\tauto_https off\n\ton_demand_tls",
        "web:8000": upstream,
        "/media": str(media),
        "health_uri /readyz": "health_uri /healthz",
        "{$PLATFORM_HOST}": f"http://127.0.0.1:{port}",
        # One site is enough, and certificates are fetched from elsewhere.
        "https:// {\n\ttls {\n\t\ton_demand\n\t}\n\timport parvis\n}\n": "",
    }
    (folder / "Caddyfile").write_text(replaced((DEPLOY / "Caddyfile").read_text(), changes))
    command = [path, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with running(command, port, {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}):
        yield f"http://127.0.0.1:{port}"


Front = Callable[[str, Path, Path], AbstractContextManager[str]]
FRONTS: dict[str, Front] = {"nginx": nginx, "caddy": caddy}


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        waited_for(port, process)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=60)


def waited_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    process.terminate()
    pytest.fail(f"{process.args}: {process.communicate()[0]}")


POOLER = """
[databases]
{name} = host={host} dbname={name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
ignore_startup_parameters = extra_float_digits,options
admin_users = pgbouncer
"""


@contextmanager
def pgbouncer(database: dict[str, Any], folder: Path) -> Iterator[int]:
    """PgBouncer in transaction mode, with three connections to the server of `database`, on the port that it gives."""
    path, port = program("pgbouncer"), free_port()
    settings = POOLER.format(name=database["NAME"], host=database["HOST"], port=port)
    # `any` signs everybody in as the one role of the pool.
    settings = settings.replace("dbname=", f"user={database['USER']} dbname=")
    (folder / "pgbouncer.ini").write_text(settings)
    command = [path, "-q", str(folder / "pgbouncer.ini")]
    with running([*as_nobody(), *command], port):
        yield port
