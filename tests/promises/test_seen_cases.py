"""What was seen to promise what is not, case by case; the laws stand beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from django.template.loader import render_to_string

from communities import demo
from communities.content.kinds import KINDS
from communities.content.models import Mention, Reaction, ReadMarker
from communities.content.services import edit_post, react_to_post
from communities.content.services.reading import mark_read
from communities.journal.models import Change
from communities.journal.reading import journal_page
from communities.journal.services import record
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from moderation.models import Case
from tests.analytics.roi.test_judging import leads
from tests.communities.people.leaving import leave_wholly
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.moderation.acts import case_of, decide, held_reply

pytestmark = pytest.mark.django_db
DEMO = Path(demo.__file__).parent
__all__ = ["leads"]


def test_a_refused_text_is_called_not_published(here: Cast) -> None:
    """It was called “Removed”, though nobody had ever read it."""
    with here.scope():
        case = case_of(held_reply(here))
        decide(case, by=here.moderator, act="refuse")
        case = Case.objects.get(pk=case.pk)
        assert (case.outcome, case.get_outcome_display()) == ("refused", "Not published")


def test_who_leaves_with_their_texts_leaves_no_traces(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        reply = make_reply(thread, by=here.manager, body=f"<p>As @{here.member.handle} said.</p>")
        tell_of_post(reply)
        react_to_post(thread.posts.get(position=1), by=here.member, kind="useful")
        mark_read(thread, by=here.member, position=1)
        traces = (ReadMarker, Notification, Reaction, Mention)
        assert all(model.objects.filter(membership=here.member).exists() for model in traces)
        leave_wholly(here.member, delete=True)
        assert [
            model.__name__ for model in traces if model.objects.filter(membership=here.member).exists()
        ] == []


def test_a_change_within_the_grace_time_is_not_denied(here: Cast) -> None:
    """“This text has not been changed” stood there though it had just been."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        edit_post(thread.posts.get(), by=here.member, body="<p>Said better.</p>", body_format="html")
        path = f"/p/{thread.posts.get().public_id}/history/"
    page = here.sign_in(here.member).get(here.url(path)).content.decode()
    assert "has not been changed" not in page
    assert "replaces the text without a version" in page


def test_the_journal_is_sorted_by_time(here: Cast) -> None:
    with here.scope():
        late = record(here.owner, "export_asked")
        assert late is not None
        early = Change(by=here.owner, act="export_deleted", at=late.at.replace(year=late.at.year - 1))
        early.save()
        acts = [line.act for line in journal_page(here.owner).lines]
    assert acts[:2] == ["export_asked", "export_deleted"]


def test_the_buttons_of_a_contact_are_announced_by_what_is_written_on_them(
    here: Cast, leads: list[object]
) -> None:
    page = here.sign_in(here.marketing).get(here.url("/results/leads/")).content.decode()
    forms = re.findall(r'<form action="[^"]*/(?:accept|refuse)/".*?</form>', page, re.DOTALL)
    assert forms
    for form in forms:
        button = re.search(r"<button[^>]*>(.*?)</button>", form, re.DOTALL)
        assert button is not None
        assert "aria-label" not in form
        assert re.search(r"\w+.*<span class=\"vh\">\w+", button[1], re.DOTALL), "the act, then whose it is"


def test_the_manifest_is_linked_from_every_page(here: Cast) -> None:
    for path in ("/", "/forums/", "/sign-in/"):
        page = here.sign_in(None).get(here.url(path)).content.decode()
        assert f'<link rel="manifest" href="{here.url("/manifest.webmanifest")}">' in page


def test_what_is_on_its_way_is_not_shown_as_a_fault() -> None:
    gauge = {"label": "Members active", "value_text": "34 of 40", "share": 70, "goal": 80}
    drawn = render_to_string("components/gauge.html", {**gauge, "held": False})
    assert "Not yet" in drawn
    assert "bad" not in drawn


@pytest.mark.parametrize("brand", ["barreau", "halyard", "mirabelle"])
def test_the_demo_promises_an_ideas_box_where_there_is_one_and_no_blog_of_one_s_own(brand: str) -> None:
    said = yaml.safe_load((DEMO / brand / "community.yaml").read_text(encoding="utf-8"))
    kinds = {name for kind in KINDS for name in kind.demo_spaces}
    shown = [space for space in said["spaces"] if space["kind"] in kinds]
    words = json.dumps([said["about"], shown, said["welcome"], said["launch_plan"]], ensure_ascii=False)
    has_box = any(space["kind"] == "ideas" for space in shown)
    assert re.findall(r"[Cc]arnet (?:par|est)|tient son carnet", words) == []
    assert has_box or re.findall(r"[Bb]oîte à idées|ideas box|Ideas are open", words) == []


def test_those_who_wrote_are_not_said_to_be_here(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.ambassador)
    page = here.sign_in(here.member).get(here.url("/")).content.decode()
    assert "Who wrote lately" in page
    assert "Who is here" not in page
