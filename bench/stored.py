"""What a picture costs on its way out: from a folder, from a bucket, by ourselves and by nginx in front.

`python -m bench.stored [requests]` (400): the smallest and the full form of a picture through each of the four ways, by
processor time of gunicorn and of nginx for one request, in milliseconds, the median of some rounds in turns. The bucket
is that of a real S3 server on this machine, whose own time is not counted, nor how far away it usually is.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bench.ground import make_content, served
from bench.working import below
from communities.content.models import Attachment, Space
from communities.content.services import start_thread
from communities.content.services.uploading import upload_file
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from tests.delivery.proxies import nginx
from tests.object_store import BUCKET, object_store

REQUESTS, ROUNDS = 400, 4
WAYS = ("folder", "folder, nginx", "bucket", "bucket, nginx")


def make_picture() -> Attachment:
    """One that everybody may see, of noise: some hundred kilobytes."""
    community = Community.objects.get(slug="bench")
    with community_scope(community):
        by = Membership.objects.get(role="manager")
        out = BytesIO()
        Image.effect_noise((1500, 1000), 60).convert("RGB").save(out, "JPEG", quality=90)
        kept = upload_file(SimpleUploadedFile("noise.jpg", out.getvalue()), by=by, alt="Noise")
        start_thread(
            Space.objects.get(slug="rigging"),
            by=by,
            community=community,
            kind="topic",
            title="A picture",
            body=f'<p><img src="/~/media/{kept.pk}/full"></p>',
        )
    return kept


@contextmanager
def ways(stack: ExitStack) -> Iterator[dict[str, tuple[str, list[int], list[int]]]]:
    """Of each: where it listens, the processes of gunicorn, those of nginx."""
    with object_store() as store:
        for file in Path(settings.MEDIA_ROOT).rglob("*.webp"):
            key = str(file.relative_to(settings.MEDIA_ROOT))
            store.client().put_object(Bucket=BUCKET, Key=key, Body=file.read_bytes())
        found = {}
        for place, name in enumerate(WAYS):
            proxy = "1" if "nginx" in name else "0"
            variables = store.variables(proxy=proxy) if "bucket" in name else {"FILES_BY_PROXY": proxy}
            before = set(below(os.getpid()))
            port = stack.enter_context(served(8121 + place, WEB_PROCESSES="1", **variables))
            web = set(below(os.getpid())) - before
            address, front = f"127.0.0.1:{port}", set()
            if proxy == "1":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                endpoint = f"127.0.0.1:{store.port}"
                address = stack.enter_context(
                    nginx(address, Path(settings.MEDIA_ROOT), folder, store=endpoint)
                ).removeprefix("http://")
                front = set(below(os.getpid())) - before - web
            found[name] = (address, sorted(web), sorted(front))
        yield found


def seconds_of(processes: list[int]) -> float:
    """Of the processor so far, of all their threads and of what they forked since (Linux). What only helped to start
    one is gone by now."""
    forked = {other for one in processes for other in below(one)}
    there = [Path(f"/proc/{one}/task") for one in {*processes, *forked}]
    tasks = [task for one in there if one.exists() for task in one.iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def ask(address: str, path: str, times: int) -> int:
    """Over one kept line; the size of an answer. Raises RuntimeError for any that is not 200."""
    line = HTTPConnection(address, timeout=60)
    size = 0
    for _time in range(times):
        line.request("GET", path, headers={"Host": "localhost"})
        answer = line.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{address}{path}: {answer.status}")
    line.close()
    return size


def main(requests: int) -> None:
    kept = make_picture()
    forms = {"480": f"/c/bench/media/{kept.pk}/480", "full": f"/c/bench/media/{kept.pk}/full"}
    with ExitStack() as stack, ways(stack) as all_ways:
        for form, path in forms.items():
            costs: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
            for _round in range(ROUNDS):
                for name, (address, web, front) in all_ways.items():
                    size = ask(address, path, 20)
                    before = seconds_of(web), seconds_of(front)
                    ask(address, path, requests)
                    now = seconds_of(web), seconds_of(front)
                    spent = [
                        (then - first) * 1000 / requests for first, then in zip(before, now, strict=True)
                    ]
                    costs[name].append((spent[0], spent[1]))
            print(f"\n{form}, {size / 1000:.0f} kB{'':>10}web     nginx   all, times the folder")
            whole = {name: median(sum(one) for one in told) for name, told in costs.items()}
            for name, told in costs.items():
                web_, front_ = (median(one[part] for one in told) for part in (0, 1))
                print(
                    f"{name:<20}{web_:>6.2f}{front_:>10.2f}{whole[name]:>8.2f}{whole[name] / whole[WAYS[0]]:>8.2f} ×"
                )


if __name__ == "__main__":
    with running_servers():
        prepare()
        make_content()
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS)
