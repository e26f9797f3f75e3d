"""The space of a programme: read by those who have a term in it, whatever it gives them, and for as long."""

from __future__ import annotations

import datetime
import json

import pytest
from django.utils import timezone

from communities.animation.ambassadors import joining, programmes, terms
from communities.animation.ambassadors.models import Term
from communities.animation.ambassadors.programmes import ProgrammeWishes
from communities.content.audiences import may_read, readers_among
from communities.content.models import Space
from communities.content.permissions import can_start_thread
from communities.content.readers import Readers, change_of_readers
from communities.memory import forget_all
from communities.models import Membership
from tests.communities.console.spaces.conftest import form_of
from tests.conftest import Cast
from tests.factories import make_membership, make_space, make_thread

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
FOR_INFLUENCERS = {"read": {"programmes": ["inf"]}}


@pytest.fixture
def wren(here: Cast) -> Membership:
    """Has a term among the influencers that gives no right; one of the ambassadors is Petra."""
    with here.scope():
        for kind, name in (("inf", "Buzz crew"), ("amb", "Harbour friends")):
            wishes = ProgrammeWishes(name, "Come and help.", "Be kind.", is_open=True)
            programmes.write_programme(kind, wishes, by=here.manager)
        wren, petra = (make_membership(handle=name) for name in ("wren", "petra"))
        for person, kind in ((wren, "inf"), (petra, "amb")):
            programme = programmes.Programme.objects.get(kind=kind)
            wishes = terms.TermWishes(timezone.now() + 60 * DAY, [], Term.Rights.NONE)
            terms.appoint(programme, person.handle, wishes, by=here.manager)
            joining.accept_charter(1, by=person)
        return wren


@pytest.fixture
def den(here: Cast, wren: Membership) -> Space:
    with here.scope():
        den = make_space(slug="den", name="The den", audience="term", let_in=FOR_INFLUENCERS)
        make_thread(den, by=here.manager, title="Quokka of the den")
    forget_all()
    return den


def readers(here: Cast, den: Space) -> set[str]:
    forget_all()
    with here.scope():
        people = list(Membership.objects.filter(status="active"))
        one_by_one = {person.handle for person in people if may_read(person, den)}
        told = readers_among(den, [person.pk for person in people])
        assert {person.handle for person in people if person.pk in told} == one_by_one
        return one_by_one


def test_only_those_with_a_term_read_it_until_it_ends(here: Cast, den: Space, wren: Membership) -> None:
    team = {person.handle for person in (here.moderator, here.manager, here.owner)}
    assert readers(here, den) == team | {"wren"}
    page = here.url("/search/?q=Quokka")
    assert "of the den" in here.sign_in(wren).get(page).text
    assert "of the den" not in here.sign_in(here.ambassador).get(page).text
    assert here.sign_in(here.ambassador).get(here.url(den.get_absolute_url())).status_code == 404
    assert here.sign_in(None).get(here.url(den.get_absolute_url())).status_code in (302, 404)
    with here.scope():
        assert can_start_thread(Membership.objects.get(pk=wren.pk), den), "members start what they read"
        wished = Readers("term", FOR_INFLUENCERS["read"])
        gained = change_of_readers(here.forum, wished, before=Readers("team"))
        assert gained.gained == 1
        Term.objects.filter(membership=wren).update(until=timezone.now())
    assert readers(here, den) == team


def test_a_preview_as_a_member_is_not_that_of_ones_own_term(here: Cast, den: Space, wren: Membership) -> None:
    """Whoever had a term may be of the team by now."""
    with here.scope():
        Membership.objects.filter(pk=wren.pk).update(role="manager")
    seen = here.sign_in(wren).get(here.url(f"/manage/spaces/{den.pk}/preview/?as=member"))
    assert seen.status_code == 200
    assert "of the den" not in seen.text


def test_a_place_without_programmes_is_offered_no_people_of_them(here: Cast, den: Space) -> None:
    here.community.open_features = ["forums"]
    here.community.save()
    forget_all()
    owner = here.sign_in(here.owner)
    plain, kept = (owner.get(here.url(f"/manage/spaces/{one.pk}/edit/")).text for one in (here.forum, den))
    assert 'name="read-term-programmes"' not in plain
    assert 'name="read-term-programmes"' in kept, "what is stored stays a choice"


def test_the_form_of_a_space_offers_it_and_the_journal_says_whom(here: Cast, wren: Membership) -> None:
    owner, path = here.sign_in(here.owner), here.url(f"/manage/spaces/{here.forum.pk}/edit/")
    sent = form_of(here.forum, audience="term")
    refused = owner.post(path, sent)
    assert (refused.status_code, "Choose at least one programme." in refused.text) == (422, True)
    assert "start-term" not in refused.text, "it opens a space for reading"
    sent |= {"read-term-programmes": ["inf"], "sure": json.dumps(["term", FOR_INFLUENCERS["read"], None])}
    answer = owner.post(path, sent)
    assert answer.status_code == 302
    with here.scope():
        kept = Space.objects.get(pk=here.forum.pk)
        assert (kept.audience, kept.let_in, kept.readers) == ("term", FOR_INFLUENCERS, "Influencers")
    assert wren.handle in readers(here, kept)
    assert "Influencers" in owner.get(here.url("/manage/journal/")).text
