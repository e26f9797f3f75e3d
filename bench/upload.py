"""What a large file of orders takes in memory, from the browser to the ledger.

`python -m bench.upload [megabytes]` (45): writes such a file of a shop with several lines an order, uploads it to a
gunicorn of two processes over HTTP, has the workers of a machine load it, and prints the most memory that any process
of web and workers ever took, before and after, and what all workers hold (shared pages counted once). The file and its
orders are gone at the end.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from analytics.roi.models import ImportRun, Order, OrderSource
from bench.capture import workers_at
from bench.ground import PORT, make_content, served, session_of
from bench.memory import sizes_of
from bench.working import below, workers
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member

MEGABYTES, LINES_OF_AN_ORDER, SHOP = 45, 3, "Bench"
WORKERS = ("mailer", "worker", "periodic", "long")
OWNER, TOKEN = "bench-owner@example.org", "b" * 32
PATIENCE = 40 * 60  # seconds, for the worker


def write_orders(path: Path, size: int) -> int:
    """A file of at least so many bytes; how many orders."""
    orders = 0
    with path.open("w") as file:
        file.write("Order number,Date,Quantity,Unit price,Article,Customer,Currency\n")
        while file.tell() < size:
            orders += 1
            day = f"2026-{orders % 9 + 1:02d}-{orders % 27 + 1:02d} {orders % 24:02d}:00:00"
            for line in range(LINES_OF_AN_ORDER):
                what = f"Rope of braided polyester no. {line} in a colour of the season"
                file.write(
                    f"B-{orders:07d},{day},{line + 1},{orders % 90 + 10}.50,{what},{orders % 9999},EUR\n"
                )
    return orders


def peaks(processes: list[int]) -> int:
    """The most memory that any of these processes has had, in megabytes (Linux)."""
    lines = [line for one in processes for line in Path(f"/proc/{one}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def held(processes: list[int]) -> int:
    """What they hold now, in megabytes; a page that some share counts once."""
    return sum(sizes_of(one).get("Pss", 0) for one in processes) // 1024


class Browser:
    """The owner’s."""

    def __init__(self, port: int) -> None:
        self.port = port
        session = session_of(OWNER)
        self.headers = {"Cookie": f"{session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"}

    def get(self, path: str) -> int:
        return self._ask("GET", path)[0]

    def post(self, path: str, data: dict[str, str]) -> tuple[int, str]:
        told = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(data | {"csrfmiddlewaretoken": TOKEN}).encode(), told)

    def upload(self, path: str, file: Path) -> tuple[int, str]:
        """The file goes out as it is read."""
        mark = uuid.uuid4().hex
        field = f'--{mark}\r\nContent-Disposition: form-data; name="%s"'
        head = f"{field % 'csrfmiddlewaretoken'}\r\n\r\n{TOKEN}\r\n{field % 'source'}\r\n\r\n{SHOP}\r\n"
        head += f'{field % "file"}; filename="{file.name}"\r\nContent-Type: text/csv\r\n\r\n'
        tail = f"\r\n--{mark}--\r\n"

        def pieces() -> Iterator[bytes]:
            yield head.encode()
            with file.open("rb") as opened:
                while piece := opened.read(1 << 16):
                    yield piece
            yield tail.encode()

        size = len(head) + file.stat().st_size + len(tail)
        told = {"Content-Type": f"multipart/form-data; boundary={mark}", "Content-Length": str(size)}
        return self._ask("POST", path, pieces(), told)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=600)
        connection.request(method, path, body, self.headers | (headers or {}))
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")


def make_owner(community: Community) -> None:
    if not Member.objects.filter(email=OWNER).exists():
        with community_scope(community):
            Membership.objects.create(
                member=Member.objects.create_user(OWNER),
                handle="bench-owner",
                display_name="Owner",
                role="owner",
            )


def clear(community: Community) -> None:
    with community_scope(community):
        for source in OrderSource.objects.filter(name=SHOP):
            Order.objects.filter(source=source).delete()
        ImportRun.objects.filter(source__name=SHOP).delete()


def until_read(community: Community) -> ImportRun:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with community_scope(community):
            run = ImportRun.objects.order_by("-id").first()
        if run is not None and run.state in (ImportRun.State.LOADED, ImportRun.State.FAILED):
            return run
        time.sleep(1)
    raise SystemExit("The worker has not read the file in time.")


def measure(community: Community, file: Path, orders: int) -> None:
    with served(PORT) as port, workers(*WORKERS) as parent:
        browser, web = Browser(port), workers_at(port)
        address = import_address(browser, community)
        for _time in range(4):
            browser.get(address)
        before = peaks(web), peaks(below(parent)), held([parent, *below(parent)])
        began = time.monotonic()
        status, place = browser.upload(address, file)
        if status != 302:
            raise SystemExit(f"The upload was answered by {status}.")
        sent = time.monotonic() - began
        browser.get(place)
        with community_scope(community):
            run = ImportRun.objects.order_by("-id")[0]
        status, _place = browser.post(place, run.mapping | {"load": "1"})
        if status != 302:
            raise SystemExit(f"The mapping was answered by {status}.")
        run = until_read(community)
        read = time.monotonic() - began - sent
        print(
            f"{file.stat().st_size / 1e6:.1f} MB, {orders:,} orders: {run.get_state_display()}, {run.report}"
        )
        print(f"{'':>8} {'before':>8} {'peak':>8}  seconds")
        print(f"{'web':>8} {before[0]:>5} MB {peaks(web):>5} MB {sent:8.1f}")
        print(f"{'worker':>8} {before[1]:>5} MB {peaks(below(parent)):>5} MB {read:8.1f}")
        print(f"all workers and their parent: {before[2]} MB, now {held([parent, *below(parent)])} MB")


def import_address(browser: Browser, community: Community) -> str:
    """Where files of orders are taken, below the community’s address."""
    address = f"/c/{community.slug}{reverse('roi:import-orders')}"
    if browser.get(address) != 200:
        raise SystemExit(f"{address} is not shown to the owner.")
    return address


def main(megabytes: int) -> None:
    with running_servers(), tempfile.TemporaryDirectory() as folder:
        prepare()
        make_content()
        community = Community.objects.get(slug="bench")
        make_owner(community)
        clear(community)
        file = Path(folder) / "orders.csv"
        orders = write_orders(file, megabytes * 1_000_000)
        try:
            measure(community, file, orders)
        finally:
            clear(community)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES)
