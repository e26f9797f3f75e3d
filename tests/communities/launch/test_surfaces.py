"""Whatever a manager does to the plan: what is closed answers nowhere, for nobody; what was written is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from communities.content.models import Post
from communities.content.services import reply_to
from communities.exceptions import DomainError
from communities.launch.exceptions import FeatureClosed
from communities.launch.models import Stage
from communities.launch.services import open_stage, pause_stage, resume_stage, roll_back_stage
from tests.communities.launch.conftest import LEGAL, make_plan, refresh
from tests.conftest import Cast, make_cast
from tests.factories import make_membership, make_reply, make_thread

WORD = {"forums": "sternpost", "blogs": "binnacle"}
PEOPLE = ("visitor", "member", "guest", "ambassador", "manager")
# The oracle, written apart from the code that it judges: who is inside a stage, in the order of widening.
STAGES = (
    ("team", ["forums"]),
    ("ambassadors", ["blogs"]),
    ("wave", ["tags", "search"]),
    ("everyone", ["directory", "reactions"]),
)
INSIDE = {
    "team": {"manager"},
    "ambassadors": {"manager", "ambassador"},
    "wave": {"manager", "ambassador", "guest"},
    "everyone": set(PEOPLE),
}


def may(states: list[str], person: str) -> set[str]:
    """What this person may meet, said of the stages' states alone."""
    if all(state in ("closed", "rolled_back") for state in states):
        return {feature for _audience, features in STAGES for feature in features}
    team = person in INSIDE["team"]
    effective = [state == "open" or (state == "paused" and team) for state in states]
    last = max(
        (number for number, (who, _f) in enumerate(STAGES) if effective[number] and person in INSIDE[who]),
        default=-1,
    )
    return {
        feature
        for number, (_who, features) in enumerate(STAGES[: last + 1])
        if effective[number]
        for feature in features
    }


class Launch(RuleBasedStateMachine):
    """Any walk through a plan of four stages, looked at by five kinds of people after each step."""

    here: Cast
    guest: Any
    clients: dict[str, Client]

    def __init__(self) -> None:
        super().__init__()
        self.here = make_cast(legal=LEGAL)
        self.stages = make_plan(self.here, *STAGES)
        with self.here.scope():
            self.guest = make_membership(stage_ids=[self.stages[2].pk])
            self.topic = make_thread(self.here.forum, by=self.here.manager, title=f"The {WORD['forums']}")
            self.article = make_thread(
                self.here.blog, by=self.here.manager, title=f"The {WORD['blogs']}", tags=["Brass"]
            )
        self.written = {"forums": 1, "blogs": 1}
        people = {"visitor": None, "guest": self.guest} | {
            role: getattr(self.here, role) for role in ("member", "ambassador", "manager")
        }
        self.people = people
        self.clients = {name: self.here.sign_in(person) for name, person in people.items()}

    def states(self) -> list[str]:
        with self.here.scope():
            return list(Stage.objects.in_order().values_list("state", flat=True))

    def _move(self, number: int, act: Any, **options: Any) -> None:
        with self.here.scope():
            try:
                act(self.stages[number], by=self.here.manager, **options)
            except DomainError:
                pass
        refresh(self.here)

    @rule(number=st.integers(0, 3))
    def open(self, number: int) -> None:
        self._move(number, open_stage, reason="A walk")

    @rule()
    def open_the_next(self) -> None:
        closed = [number for number, state in enumerate(self.states()) if state not in ("open", "paused")]
        if closed:
            self._move(closed[0], open_stage, reason="A walk")

    @rule(number=st.integers(0, 3))
    def pause(self, number: int) -> None:
        self._move(number, pause_stage)

    @rule(number=st.integers(0, 3))
    def resume(self, number: int) -> None:
        self._move(number, resume_stage)

    @precondition(lambda self: any(state in ("open", "paused") for state in self.states()))
    @rule()
    def roll_back_the_last(self) -> None:
        opened = [number for number, state in enumerate(self.states()) if state in ("open", "paused")]
        self._move(opened[-1], roll_back_stage)

    @rule(name=st.sampled_from(PEOPLE[1:]), place=st.sampled_from(["forums", "blogs"]))
    def write(self, name: str, place: str) -> None:
        """A reply goes through for those inside, and for them only."""
        thread = self.topic if place == "forums" else self.article
        person = self.people[name]
        person.community = self.here.community
        inside = place in may(self.states(), name)
        with self.here.scope():
            if inside:
                make_reply(thread, by=person)
                self.written[place] += 1
            else:
                with pytest.raises(FeatureClosed):
                    reply_to(thread, by=person, body="<p>Not here.</p>")

    @invariant()
    def nothing_written_is_lost(self) -> None:
        with self.here.scope():
            for place, thread in (("forums", self.topic), ("blogs", self.article)):
                assert Post.objects.filter(thread=thread, state="published").count() == self.written[place]

    @invariant()
    def what_is_closed_answers_nowhere(self) -> None:
        refresh(self.here)
        states = self.states()
        for name, client in self.clients.items():
            allowed = may(states, name)
            self._look_at_pages(name, client, allowed)
            self._look_for_words(name, client, allowed)

    def _look_at_pages(self, name: str, client: Client, allowed: set[str]) -> None:
        url = self.here.url
        pages = {
            "forums": [url("/forums/"), self.topic_path, url("/forums/feed.xml")],
            "blogs": [url("/blogs/"), url(f"/blogs/{self.here.blog.slug}/{self.article.slug}/")],
            "tags": [url("/tags/")],
            "search": [url("/search/?q=brass")],
            "directory": [url("/members/")],
        }
        for feature, addresses in pages.items():
            for address in addresses:
                if "feed" in address and name != "visitor":
                    continue
                status = client.get(address).status_code
                if name == "visitor" and feature == "directory":
                    assert status in (302, 404), (name, address, status)
                elif feature in allowed:
                    assert status == 200, (name, address, status)
                else:
                    assert status == 404, (name, address, status)

    @property
    def topic_path(self) -> str:
        return self.here.url(f"/forums/t/{self.topic.slug}/")

    def _look_for_words(self, name: str, client: Client, allowed: set[str]) -> None:
        """The words of a closed part stand on no page, in no feed, no sitemap; its link in no menu."""
        url = self.here.url
        pages = [url("/")]
        if name == "visitor":
            pages += [url("/feed.xml"), url("/sitemaps/threads-1.xml"), url("/sitemap.xml")]
        if "search" in allowed:
            pages.append(url("/search/?q=the"))
        for address in pages:
            text = client.get(address).content.decode()
            for place, word in WORD.items():
                if place not in allowed:
                    assert word not in text, (name, address, place)
                    assert f'href="{url(f"/{place}/")}"' not in text, (name, address, place)
        if "search" not in allowed:
            assert f'"{url("/search/")}"' not in client.get(url("/")).content.decode(), name


Launch.TestCase.settings = settings(
    max_examples=3,
    stateful_step_count=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)


@pytest.mark.slow
@pytest.mark.django_db
class TestLaunch(Launch.TestCase):  # hypothesis makes it
    """Each walk makes a community of its own; the test's transaction takes them all away again."""
