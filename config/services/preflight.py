"""What must be true before anything is installed; a plain script, before there is a venv.

python3 -I config/services/preflight.py [--port PORT | --lock FILE]
"""

import errno
import importlib.metadata
import importlib.util
import os
import shutil
import socket
import sys

NEEDED_BYTES = 1_500_000_000


def port_problem(host: str, port: int) -> str:
    """Why the web server could not listen there, in a sentence; empty if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return (
                    f"Port {port} is taken: Parvis may be running already, or another program uses it. "
                    f"Choose another one:  PORT={port + 1} bin/up"
                )
            if error.errno == errno.EACCES:
                return f"Port {port} is for the system’s administrator. Choose another one:  PORT=8000 bin/up"
            return f"Cannot listen on {host}: {error.strerror}. HOST names an address of this machine."
    return ""


def machine_problem() -> str:
    """Why nothing can be installed here, in a sentence; empty if it can."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            return (
                f"This Python cannot make virtual environments (its module {module} is missing). "
                "On Debian and Ubuntu:  apt install python3-venv"
            )
    free = shutil.disk_usage(os.getcwd()).free
    if free < NEEDED_BYTES:
        return (
            f"The disk has {free / 1e9:.1f} GB left; the first start needs about {NEEDED_BYTES / 1e9:.1f} GB "
            "for packages, databases and pictures."
        )
    if not os.access(os.getcwd(), os.W_OK):
        return f"{os.getcwd()} cannot be written to by this account."
    return ""


def is_installed(lock: str) -> bool:
    """Whether this interpreter has every package of a lock file, in exactly that version."""
    from pip._vendor.packaging.requirements import Requirement

    with open(lock, encoding="utf-8") as lines:
        wanted = [line.rstrip().rstrip("\\") for line in lines if line[:1].isalnum()]
    for requirement in map(Requirement, wanted):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            if not requirement.specifier.contains(importlib.metadata.version(requirement.name)):
                return False
        except importlib.metadata.PackageNotFoundError:
            return False
    return True


def main(arguments: list[str]) -> int:
    """Exit status 0: go on; 1: a problem, told on stderr; 3: the packages of --lock are not all there."""
    options = {arguments[at]: arguments[at + 1] for at in range(0, len(arguments) - 1, 2)}
    if "--lock" in options:
        return 0 if is_installed(options["--lock"]) else 3
    problem = ""
    if "--port" in options:
        if not options["--port"].isdigit() or not 0 < int(options["--port"]) < 65536:
            problem = f"PORT must be a number from 1 to 65535, not {options['--port']!r}."
        else:
            problem = port_problem(os.environ.get("HOST") or "127.0.0.1", int(options["--port"]))
    else:
        problem = machine_problem()
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
