"""Who publishes the place: the owner says it, everybody reads it, and nothing opens to everyone before."""

from __future__ import annotations

import pytest
from django.test import Client

from communities.console.exceptions import IdentityIncomplete
from communities.console.services import digest_of, edit_legal_identity
from communities.exceptions import NotAllowed
from communities.launch.models import Stage
from communities.memory import forget_all
from communities.models import Community
from tests.communities.launch.conftest import LEGAL, make_plan
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/legal/"


def legal_of(cast: Cast) -> dict[str, str]:
    return Community.objects.get(pk=cast.community.pk).legal


def test_what_the_owner_types_stands_on_the_legal_page_and_lets_the_launch_open(here: Cast) -> None:
    (stage,) = make_plan(here, ("everyone", ["forums"]))
    owner, address = here.sign_in(here.owner), here.url(f"/manage/launch/stages/{stage.place}/open/")
    closed = owner.get(address).content.decode()
    assert "The legal identity is incomplete." in closed
    assert here.url(PAGE) in closed
    assert "The owner fills it in." in here.sign_in(here.manager).get(address).content.decode()
    assert owner.post(address, {"reason": ""}).status_code == 422
    more = {
        "address": "4 Quay Street\nBristol <b>",
        "phone": "0117",
        "form": "Limited company",
        "country": "DE",
    }
    answer = owner.post(here.url(PAGE), LEGAL | more | {"registration": "No. 404 833"})
    assert answer["Location"] == here.url(PAGE)
    forget_all()
    for page, street in (
        ("/legal/", "4 Quay Street, Bristol"),
        ("/legal/contact/", "4 Quay Street<br>Bristol"),
    ):
        shown = Client().get(here.url(page)).content.decode()
        for words in ("Brand Ltd", f"{street} &lt;b&gt;", "G. Pascall", "0117"):
            assert words in shown
    notice = Client().get(here.url("/legal/")).content.decode()
    for words in ("Limited company", "No. 404 833", LEGAL["contact"], LEGAL["host"]):
        assert words in notice
    assert "authority of the Land" in Client().get(here.url("/legal/privacy/")).content.decode()
    assert "The legal identity is incomplete." not in owner.get(address).content.decode()
    assert owner.post(address, {"reason": ""}).status_code == 302
    with here.scope():
        assert Stage.objects.get().is_open


@pytest.mark.parametrize("name", ["publisher", "address", "contact", "publication_director", "host"])
def test_an_incomplete_identity_is_refused_with_what_was_typed(here: Cast, name: str) -> None:
    answer = here.sign_in(here.owner).post(here.url(PAGE), LEGAL | {name: " "})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{name}_error"' in page
    assert LEGAL["host"] in page
    assert legal_of(here) == {}


def test_the_service_asks_again(here: Cast) -> None:
    with here.scope():
        with pytest.raises(NotAllowed):
            edit_legal_identity(here.community, by=here.manager, identity=LEGAL)
        with pytest.raises(IdentityIncomplete):
            edit_legal_identity(here.community, by=here.owner, identity=LEGAL | {"contact": ""})
        edit_legal_identity(here.community, by=here.owner, identity=LEGAL | {"phone": ""})
    assert legal_of(here) == LEGAL


def test_two_owners_saving_one_page(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    seen = digest_of({})
    assert owner.post(here.url(PAGE), LEGAL | {"seen": seen}).status_code == 302
    forget_all()
    answer = owner.post(here.url(PAGE), LEGAL | {"publisher": "Typed with care", "seen": seen})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Typed with care" in page
    assert f"<p>{LEGAL['publisher']}</p>" in page, "what somebody else has kept meanwhile"
    assert f'name="seen" value="{digest_of(LEGAL)}"' in page
    assert legal_of(here) == LEGAL


def test_an_empty_page_begins_with_what_is_likely_and_asks_for_the_rest(here: Cast) -> None:
    page = here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
    assert f'value="{here.owner.display_name}"' in page
    assert '<option value="FR" selected>' in page
    Community.objects.filter(pk=here.community.pk).update(legal={"publisher": "Loom"})
    forget_all()
    page = here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
    assert f'value="{here.owner.display_name}"' not in page
    assert '<option value="" selected>' in page
