"""The supervisor with real servers and a stand-in for the web server, each time from an empty folder."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from config.services import addresses
from config.services.processes import wait_until
from tests.ports import free_port

pytestmark = pytest.mark.slow

HOUSE = """
import sys
from pathlib import Path
from config.services.supervisor import Child, Supervisor

var_dir, port = Path(sys.argv[1]), sys.argv[2]
serve = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", sys.argv[1]]
prepare = [sys.executable, "-c", "print('Prepared', flush=True)"]
sys.exit(Supervisor(var_dir, children=[Child("web", serve)], preparation=prepare).run())
"""


class House:
    """A supervisor in a process of its own."""

    def __init__(self, var_dir: Path, port: int) -> None:
        self.var_dir, self.port = var_dir, port
        kept = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOUSE, str(var_dir), str(port)],
            env=kept | {"PORT": str(port), "DEMO": "0", "HOST": "127.0.0.1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for(self, words: str) -> str:
        """What it said up to the line with these words."""
        said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said += line
            if words in line:
                return said
        raise AssertionError(f"it ended without saying {words!r}: {said}")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/", timeout=30
            ):  # a stand-in of our own
                return True
        except OSError:
            return False

    def run_sql(self, statement: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(addresses.database_url(self.var_dir, role="owner"))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def processes(self) -> dict[int, str]:
        """Everything that runs for this folder or port, whoever started it."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                place = os.readlink(folder / "cwd")
            except OSError:
                continue
            if str(self.var_dir) in command + place:
                found[int(folder.name)] = command
        return found

    def end(self, signal_number: int) -> int:
        self.process.send_signal(signal_number)
        return self.wait_for_end()

    def wait_for_end(self) -> int:
        assert self.process.stdout is not None
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    houses: list[House] = []
    port = free_port()

    def open_it(folder: str = "var") -> House:
        houses.append(House(tmp_path / folder, port))
        return houses[-1]

    yield open_it
    for house in houses:
        house.end(signal.SIGTERM)
    for var_dir in (tmp_path / "var", tmp_path / "elsewhere"):
        shutil.rmtree(addresses.socket_dir(var_dir))


def test_it_tells_its_steps_refuses_a_second_and_leaves_nothing_behind(
    open_house: Callable[..., House],
) -> None:
    house = open_house()
    said = house.wait_for("Ctrl-C stops everything")
    steps = ["Database ready", "Redis ready", "Prepared", f"http://localhost:{house.port}/", "Logs are in"]
    assert [step for step in steps if step in said] == steps
    assert house.answers()
    assert house.run_sql(
        "select rolname, rolsuper, rolbypassrls, rolcreatedb from pg_roles"
        " where rolname ~ '^parvis_[ow]' order by rolname"
    ) == [("parvis_owner", False, False, True), ("parvis_web", False, False, False)]

    second = open_house()
    assert f"process {house.process.pid}, " in second.wait_for("Parvis runs here already")
    elsewhere = open_house("elsewhere")
    elsewhere.wait_for(f"Port {house.port} is taken")
    assert elsewhere.wait_for_end() == second.wait_for_end() == 1

    assert house.end(signal.SIGTERM) == 0
    assert house.processes() == {}
    assert {path.name for path in (house.var_dir / "log").iterdir()} == {
        "postgres.log",
        "redis.log",
        "web.log",
    }


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_killed_hard_and_started_again_it_has_lost_nothing(
    open_house: Callable[[], House], at_once: bool
) -> None:
    first = open_house()
    first.wait_for("Ctrl-C stops everything")
    first.run_sql("create table promise (word text)")
    first.run_sql("insert into promise values ('kept')")
    before = first.processes()
    first.end(signal.SIGKILL)
    if not at_once:
        assert wait_until(lambda: first.processes() == {}, seconds=60)

    second = open_house()
    second.wait_for("Ctrl-C stops everything")
    assert second.run_sql("select word from promise") == [("kept",)]
    after = second.processes()
    # Whoever is quick finds the first one's servers still kept, and goes on with them; with nothing else of it.
    outlived = [command for pid, command in before.items() if after.get(pid) == command]
    assert not [command for command in outlived if "http.server" in command or "-c" in command.split()[:2]]
    assert at_once or not outlived
    for one_only in ("services.keeper postgres", "services.keeper redis", "-m http.server"):
        assert sum(one_only in command for command in after.values()) == 1


def test_what_dies_is_started_again(open_house: Callable[[], House]) -> None:
    house = open_house()
    house.wait_for("Ctrl-C stops everything")
    web = next(pid for pid, command in house.processes().items() if "-m http.server" in command)
    os.kill(web, signal.SIGKILL)
    house.wait_for("web ended (-9)")
    house.wait_for("web runs again")
    assert wait_until(house.answers, seconds=60)

    keepers = [pid for pid, command in house.processes().items() if "services.keeper" in command]
    assert len(keepers) == 2
    for keeper in keepers:
        os.kill(keeper, signal.SIGKILL)
    house.wait_for("ended; it starts again")
    house.wait_for("ended; it starts again")
    assert wait_until(lambda: _asks(house), seconds=60)


def _asks(house: House) -> bool:
    try:
        return house.run_sql("select 1") == [(1,)]
    except psycopg2.OperationalError:
        return False
