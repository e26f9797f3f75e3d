"""What somebody with a term is shown, a feed that cannot be read, and the question under an answer that helped."""

from __future__ import annotations

from communities.animation.listening.models import MentionSource
from communities.forums.services import accept_answer
from communities.memory import forget_all
from tests.factories import make_membership, make_reply, make_thread
from tests.sweeps.world import World


def a_term(world: World) -> None:
    ambassador = world.client("ambassador")
    assert "kit" in ambassador.get(world.here.url("/ambassadors/")).content.decode()
    for path in ("/kit/", "/ambassadors/leave/"):
        assert ambassador.get(world.here.url(path)).status_code == 200


def a_feed_that_is_gone(world: World) -> None:
    with world.here.scope():
        rows = MentionSource.objects.filter(pk=world.mention_feed.pk)
        rows.update(problem=MentionSource.Problem.STATUS, status=410)
    page = world.client("manager").get(world.here.url("/manage/listening/sources/"))
    assert "410" in page.content.decode()


def an_answer_that_helped(world: World) -> None:
    here = world.here
    with here.scope():
        question = make_thread(here.forum, by=here.member, title="Which yarn?", kind="question")
        accept_answer(question, post=make_reply(question, by=here.ambassador), by=here.member)
        reader = make_membership()
    forget_all()
    page = here.sign_in(reader).get(here.url(question.get_absolute_url()))
    assert "/saved-call/" in page.content.decode()
