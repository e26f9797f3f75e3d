"""An owner’s first page: what nobody else knows, asked once, kept whole or not at all."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from communities.console.services import digest_of
from communities.console.start.services import begin_place
from communities.exceptions import NotAllowed
from communities.launch.models import Invitation
from communities.memory import forget_all
from communities.models import Community
from tests.communities.console.place.conftest import set_state
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/start/"


@pytest.fixture
def draft(here: Cast) -> Cast:
    set_state(here, "draft")
    return here


def logo() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def kept(cast: Cast) -> tuple[dict[str, str], str, int]:
    """The legal identity, the logo, and how many are invited into the team."""
    place = Community.objects.get(pk=cast.community.pk)
    with cast.scope():
        return place.legal, str(place.logo), Invitation.objects.into_team().count()


def test_one_page_says_who_publishes_names_a_moderator_and_brings_the_logo(draft: Cast) -> None:
    sent: dict[str, Any] = {**LEGAL, "moderator": "Mo@Example.org", "logo": logo()}
    answer = draft.sign_in(draft.owner).post(draft.url(PAGE), sent)
    assert answer["Location"] == draft.url("/manage/texts/confirm/"), "on to what is left"
    legal, picture, _invited = kept(draft)
    assert legal == LEGAL
    assert picture
    with draft.scope():
        invited = Invitation.objects.into_team().get()
    assert (invited.email, invited.role) == ("mo@example.org", "moderator")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"publisher": " "}, "publisher"),
        ({"contact": "https://loom.example"}, "contact"),
        ({"moderator": "mo at example"}, "moderator"),
        ({"moderator": "@own"}, "moderator"),
        ({"logo": SimpleUploadedFile("logo.png", b"no picture", "image/png")}, "logo"),
    ],
)
def test_what_is_refused_is_said_beside_it_and_nothing_is_half_done(
    draft: Cast, change: dict[str, Any], field: str
) -> None:
    before = kept(draft)
    sent: dict[str, Any] = {**LEGAL, "moderator": "mo@example.org", "phone": "0117", **change}
    if sent["moderator"] == "@own":
        assert draft.owner.member
        sent["moderator"] = draft.owner.member.email
    answer = draft.sign_in(draft.owner).post(draft.url(PAGE), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert "Choose the logo again" not in page, "there was none, or it is what was refused"
    assert 'value="0117"' in page, "what was typed stays, and what was folded is open"
    assert kept(draft) == before


def test_two_windows_lose_nothing(draft: Cast) -> None:
    owner = draft.sign_in(draft.owner)
    owner.post(draft.url(PAGE), LEGAL | {"seen": digest_of({})})
    forget_all()
    late = {"publisher": "Typed with care", "moderator": "mo@example.org", "seen": digest_of({})}
    answer = owner.post(draft.url(PAGE), {**LEGAL, **late, "logo": logo()})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Typed with care" in page
    assert 'value="mo@example.org"' in page
    assert "not set" not in page, "what stands beside is who publishes, and no word of the rest of the page"
    assert "Choose the logo again" in page
    assert kept(draft)[0] == LEGAL


def test_it_is_the_owners_page_and_the_way_to_it_ends_with_it(draft: Cast) -> None:
    way = f'href="{draft.url(PAGE)}"'
    assert way in draft.sign_in(draft.owner).get(draft.url("/manage/")).content.decode()
    assert way not in draft.sign_in(draft.manager).get(draft.url("/manage/")).content.decode()
    with draft.scope(), pytest.raises(NotAllowed):
        begin_place(draft.community, by=draft.manager, identity=LEGAL)
    draft.sign_in(draft.owner).post(draft.url(PAGE), LEGAL)
    forget_all()
    assert way not in draft.sign_in(draft.owner).get(draft.url("/manage/")).content.decode()
