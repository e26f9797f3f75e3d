"""What the editor's script has to know: a file that browsers keep, found by the page, in its language."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from tests.conftest import Cast
from tests.factories import make_thread


def test_the_page_leads_to_its_settings(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    client = here.sign_in(here.ambassador)
    html = client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    address = re.search(r'data-settings="([^"]+)"', html)
    assert address
    answer = client.get(address[1])
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    told = json.loads(answer.content)
    assert told["labels"]["bold"] == "Bold"
    assert urljoin(address[1], told["urls"]["upload"]) == here.url("/uploads/")
    assert urljoin(address[1], told["urls"]["posts"]) == here.url("/p/")


def test_a_former_address_leads_to_the_present_one(here: Cast) -> None:
    client = here.sign_in(here.member)
    moved = client.get(here.url("/editor/fr-old.json"))
    assert moved.status_code == 302
    assert moved["Cache-Control"] == "no-store"
    present = client.get(moved["Location"])
    labels = json.loads(present.content)["labels"]
    assert labels["bold"] == "Gras"
    assert labels["pastedLinks"] == "Les images d’autres sites sont devenues des liens\u00a0: {names}."
    assert labels["left"]["comments"] == "notes en marge"
    for made_up in ("xx-old", "old", "fr"):
        assert client.get(here.url(f"/editor/{made_up}.json")).status_code == 404
