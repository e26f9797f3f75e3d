"""What a text covers is covered on every page, feed and file that shows it, whoever reads."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.http import HttpResponse

from communities.content.models import Post, Revision
from communities.memory import forget_all
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import OPENS
from tests.sweeps.walking import visit
from tests.sweeps.world import World

SECRET = "quokkazyc"
COVERED = f'<p><mark class="spoiler" tabindex="0"><span>{SECRET} <a href="https://{SECRET}.example/">so</a></span></mark></p>'
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# Where a text is written, and where it is judged or taken along as a whole.
WHOLE = frozenset({"textarea"})


class _Outside(HTMLParser):
    """What a page says outside of covers, in words or in what its elements say of themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        is_cover = tag in WHOLE or (tag == "mark" and "spoiler" in (said.get("class") or "").split())
        if not is_cover:
            for name, value in attrs:
                self._look(f"{tag}[{name}]", value or "")
        if tag not in VOID:
            self.open.append((tag, is_cover))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in VOID:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        self._look(self.open[-1][0] if self.open else "", data)

    def _look(self, where: str, said: str) -> None:
        if SECRET in said.lower() and not any(is_cover for _tag, is_cover in self.open):
            at = said.lower().index(SECRET)
            self.found.append(f"{where}: …{said[max(0, at - 60) : at + 30]}…")


def told(response: HttpResponse) -> list[str]:
    if response.status_code != 200 or response.streaming:
        return []
    body = response.content.decode(errors="replace")
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return ["a file"] if SECRET in body.lower() else []
    reader = _Outside()
    reader.feed(body)
    reader.close()
    return reader.found


@pytest.fixture
def covering(world: World) -> World:
    with world.here.scope():
        for model in (Post, Revision):
            for row in model.objects.exclude(body_html="").only("pk", "body_html"):
                model.objects.filter(pk=row.pk).update(body_html=COVERED + row.body_html)
    forget_all()
    return world


@pytest.mark.parametrize("role", ["member", "owner"])
def test_everywhere(covering: World, role: str) -> None:
    world = covering
    leaks, shown = [], 0
    for route, address in COMMUNITY.items():
        if address.get[role] != OPENS:
            continue
        answer = visit(world, role, "GET", world.here.prefix + address.path(route, world), OPENS).response
        shown += not answer.streaming and SECRET.encode() in answer.content
        leaks += [f"{route}: {one}" for one in told(answer)]
    assert leaks == []
    assert shown > 15, "texts are seen"
