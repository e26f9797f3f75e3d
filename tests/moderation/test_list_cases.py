"""The queue and a case as pages: order, filters, claims, conflicts, what they cost, what nonsense does to them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.content import services as content
from communities.memory import forget_all
from communities.models import Community, Membership
from moderation import services
from moderation.exceptions import InOtherHands
from moderation.models import AuditEvent, Case, Decision, Sanction
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread
from tests.moderation.acts import case_of, decide, edit, fresh, held_reply, reported, set_mode


def case_path(case: Case, act: str = "") -> str:
    return f"/moderation/c/{case.ref}/{act}"


def sent(case: Case, **given: Any) -> dict[str, Any]:
    return {"version": case.version, "revision": 0, "ground": "courtesy", "reason": ""} | given


def moderator(here: Cast) -> Client:
    return here.sign_in(here.moderator)


def html(client: Client, here: Cast, path: str, status: int = 200) -> str:
    answer = client.get(here.url(path))
    assert answer.status_code == status, answer.content[:300]
    return answer.content.decode()


def test_an_empty_queue_says_thank_you(here: Cast) -> None:
    assert "The queue is empty. Thank you." in html(moderator(here), here, "/moderation/")
    assert "Nothing here with these filters." in html(moderator(here), here, "/moderation/?kind=edit")


def test_what_is_late_comes_first_then_the_gravest(here: Cast) -> None:
    with here.scope():
        mild, grave, late = (reported(here, category=category) for category in ("spam", "hate", "off_topic"))
        Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - datetime.timedelta(hours=1))
    page = html(moderator(here), here, "/moderation/")
    places = [page.index(f"/c/{case.ref}/") for case in (late, grave, mild)]
    assert places == sorted(places)
    assert "Overdue" in page


def test_filters_narrow_down(here: Cast) -> None:
    with here.scope():
        case, held = reported(here), case_of(held_reply(here))
        done = reported(here)
        decide(done, by=here.manager, act="approve")
    client = moderator(here)
    for query, shown in (
        ("?kind=held", {held}), ("?kind=report", {case}), ("?severity=4", set()), ("?state=decided", {done}),
        ("?space=rigging", {case, held}), ("?space=none", set()), ("?assignee=me", set()), ("", {case, held}),
    ):  # fmt: skip
        page = html(client, here, f"/moderation/{query}")
        assert {one for one in (case, held, done) if f"/c/{one.ref}/" in page} == shown, query


@pytest.mark.parametrize(
    "query",
    [
        "?kind=x&severity=9&space=%00",
        "?after=o-1-2-3",
        "?after=r-99999999999999999-1-1",
        "?after=%F0%9F",
        "?severity=٣",
    ],
)
def test_nonsense_in_the_address_is_no_failure(here: Cast, query: str) -> None:
    with here.scope():
        reported(here)
    assert moderator(here).get(here.url(f"/moderation/{query}")).status_code == 200


def test_pages_of_the_queue_show_each_case_once(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        refs = {reported(here, post=make_reply(thread, by=here.member)).ref for _number in range(30)}
        late = list(Case.objects.order_by("id")[:28].values_list("pk", flat=True))
        Case.objects.filter(pk__in=late).update(due_at=timezone.now() - datetime.timedelta(hours=1))
    client, path, seen = moderator(here), here.url("/moderation/"), []
    while path:
        page = client.get(path).context["page"]
        seen += [row.case.ref for row in page.rows]
        path = here.url(f"/moderation/?after={page.older}") if page.older else ""
    assert len(seen) == 30
    assert set(seen) == refs


def test_the_queue_and_a_case_cost_the_same_however_much_there_is(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        case = reported(here, post=make_reply(thread, by=here.member))
    client = moderator(here)

    def cost(path: str) -> int:
        client.get(here.url(path))
        forget_all()
        with CaptureQueriesContext(connection) as captured:
            client.get(here.url(path))
        return len(captured)

    few = cost("/moderation/"), cost(case_path(case))
    with here.scope():
        for _number in range(12):
            again = reported(here, post=make_reply(thread, by=make_membership()))
            services.report_post(again.post, by=here.manager, category="hate")
    assert (cost("/moderation/"), cost(case_path(case))) == few


def test_the_counts_stand_in_the_desk_and_the_header(here: Cast) -> None:
    with here.scope():
        held_reply(here)
    assert "badge-count" in html(moderator(here), here, "/moderation/")
    home = html(moderator(here), here, "/")
    assert f'href="{here.url("/moderation/")}"' in home
    assert f'href="{here.url("/moderation/")}"' not in html(here.sign_in(here.member), here, "/")


def test_a_case_shows_the_text_in_its_context(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, body="<p>The opening.</p>")
        for words in ("one", "two", "judged", "four", "five", "six"):
            post = make_reply(thread, by=here.member, body=f"<p>Words {words}.</p>")
            if words == "judged":
                judged = post
        case = reported(here, post=judged)
    page = html(moderator(here), here, case_path(case))
    for words in ("one", "two", "judged", "four", "five"):
        assert f"Words {words}." in page
    assert "Words six." not in page
    assert "Member since" in page


def test_a_held_change_shows_word_by_word_what_it_would_do(here: Cast) -> None:
    with here.scope():
        post = make_reply(
            make_thread(here.forum, by=here.manager), by=here.member, body="<p>Red sails here.</p>"
        )
        set_mode(here, "pre")
        edit(post, "<p>Blue sails here.</p>")
        case = case_of(post)
    page = html(moderator(here), here, case_path(case))
    assert "<del>Red</del>" in page
    assert "<ins>Blue</ins>" in page


def test_only_managers_see_who_reported(here: Cast) -> None:
    with here.scope():
        case = reported(here, by=make_membership(display_name="Zora Quince"))
    assert "Zora Quince" not in html(moderator(here), here, case_path(case))
    assert "Zora Quince" in html(here.sign_in(here.manager), here, case_path(case))


def test_a_claim_lasts_ten_minutes_and_blocks_no_decision(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        services.claim_case(case, by=here.moderator)
        other = make_membership(role="moderator")
        with pytest.raises(InOtherHands):
            services.claim_case(case, by=other)
    page = html(here.sign_in(other), here, case_path(case))
    assert f"Taken by {here.moderator.display_name}" in page
    assert "Take over the case" not in page
    assert "Take over the case" in html(here.sign_in(here.manager), here, case_path(case))
    with here.scope():
        Case.objects.filter(pk=case.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
        assert services.claim_case(case, by=other).assignee == other
        decide(case, by=here.moderator, act="approve")
        assert AuditEvent.objects.filter(case=case, act="claim_case").count() == 2


def test_claiming_by_press_and_by_script(here: Cast) -> None:
    with here.scope():
        case = reported(here)
    client, path = moderator(here), here.url(case_path(case, "claim/"))
    script = {"x-unasked": "1"}
    assert client.post(path, headers=script).json() == {"claimed": True}
    assert here.sign_in(here.manager).post(path, headers=script).json() == {"claimed": False}
    assert here.sign_in(here.manager).post(path).status_code == 302
    assert here.sign_in(here.manager).post(here.url(case_path(case, "take-over/"))).status_code == 302
    with here.scope():
        assert Case.objects.get().assignee == here.manager
    assert here.sign_in(here.manager).post(here.url(case_path(case, "release/"))).status_code == 302
    with here.scope():
        assert Case.objects.get().assignee is None


def test_whoever_reaches_for_a_decided_case_is_told_so(here: Cast) -> None:
    """The open page renews its claim by itself: that may come after the decision, sent by the same hand."""
    with here.scope():
        case = reported(here)
        decide(case, by=here.moderator, act="approve")
    path = here.url(case_path(case, "claim/"))
    assert moderator(here).post(path, headers={"x-unasked": "1"}).json() == {"claimed": False}
    for act in ("claim/", "take-over/"):
        answer = here.sign_in(here.manager).post(here.url(case_path(case, act)), follow=True)
        assert "Somebody has decided this case in the meantime" in answer.content.decode()
    with here.scope():
        assert not AuditEvent.objects.filter(act__in=["claim_case", "take_over_case"]).exists()


def test_a_decision_leads_to_the_next_case(here: Cast) -> None:
    with here.scope():
        first, second = reported(here, category="hate"), reported(here)
    client = moderator(here)
    answer = client.post(here.url(case_path(first, "decide/")), sent(first, act="remove"))
    assert answer.headers["Location"] == here.url(f"{case_path(second)}?decided={first.ref}")
    answer = client.post(here.url(case_path(second, "decide/")), sent(second, act="approve"))
    assert answer.headers["Location"] == here.url(f"/moderation/?decided={second.ref}")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"act": "remove", "ground": ""}, "Choose a rule: the author will be told which"),
        ({"act": ""}, "Choose what to do."),
        ({"act": "remove", "ground": "nonsense"}, "nonsense"),
        ({"act": "burn"}, "burn"),
        ({"act": "remove", "version": "x"}, ""),
        ({"act": "remove", "revision": "99999999"}, ""),
        ({"act": "remove", "reason": "x" * 2_001}, "2000"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(here: Cast, given: dict[str, str], says: str) -> None:
    with here.scope():
        case = reported(here)
    data = sent(case, **({"reason": "Words that stay."} | given))
    answer = moderator(here).post(here.url(case_path(case, "decide/")), data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    if len(data["reason"]) < 2_000:
        assert "Words that stay." in answer.content.decode()
    with here.scope():
        assert fresh(case.post).is_published
        assert not Decision.objects.exists()


def test_who_comes_second_sees_both_and_keeps_the_reason(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        decide(case, by=here.manager, act="approve", reason="All is well.")
    answer = moderator(here).post(
        here.url(case_path(case, "decide/")), sent(case, act="remove", reason="My reason, word for word.")
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{here.manager.display_name} decided" in page
    assert "All is well." in page
    assert "My reason, word for word." in page
    with here.scope():
        assert fresh(case.post).is_published
        assert Decision.objects.count() == 1


def test_a_text_that_changed_meanwhile_is_shown_again_with_what_was_typed(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        edit(fresh(case.post), "<p>Kinder words.</p>")
    client, path = moderator(here), here.url(case_path(case, "decide/"))
    answer = client.post(path, sent(case, act="remove", reason="My reason, word for word."))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Kinder words." in page
    assert "My reason, word for word." in page
    form = answer.context["form"]
    again = sent(case, act="remove", version=form["version"].value(), revision=form["revision"].value())
    assert client.post(path, again).status_code == 302


def test_the_author_took_it_back_meanwhile(here: Cast) -> None:
    with here.scope():
        post = held_reply(here)
        case = case_of(post)
        content.delete_post(post, by=post.author)
    answer = moderator(here).post(here.url(case_path(case, "decide/")), sent(case, act="approve"))
    assert answer.status_code == 409
    assert "Its author took the text back" in answer.content.decode()
    assert html(moderator(here), here, case_path(case))


def test_a_measure_from_the_case(here: Cast) -> None:
    with here.scope():
        case = reported(here)
    client, path = moderator(here), here.url(case_path(case, "sanctions/"))
    assert client.post(path, {"measure": "read_only-1"}).status_code == 422
    assert client.post(path, {"measure": "suspension-365", "ground": "courtesy"}).status_code == 422
    assert client.post(path, {"measure": "read_only-1", "ground": "courtesy"}).status_code == 302
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).read_only_until is not None
        sanction = Sanction.objects.get()
    assert "Read only" in html(client, here, case_path(case))
    assert client.post(here.url(f"/moderation/sanctions/{sanction.pk}/lift/")).status_code == 302
    assert client.post(here.url("/moderation/sanctions/999999/lift/")).status_code == 404


def test_from_a_post_to_its_case(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        draft = make_thread(here.forum, by=here.member, state="draft").posts.get()
    client, path = moderator(here), here.url(f"/moderation/p/{post.public_id}/")
    assert client.get(path).status_code == 405
    first = client.post(path).headers["Location"]
    assert client.post(path).headers["Location"] == first, "pressed twice, one case"
    assert client.post(here.url(f"/moderation/p/{draft.public_id}/")).status_code == 404
    with here.scope():
        assert Case.objects.get().kind == "look"
    page = html(client, here, f"/forums/t/{post.thread.slug}/?menu={post.public_id}")
    assert f"/moderation/p/{post.public_id}/" in page


def test_modes_are_set_and_kept_in_the_journal(here: Cast) -> None:
    with here.scope():
        space = here.forum.pk
    client = here.sign_in(here.manager)
    page = html(client, here, "/moderation/modes/")
    assert "Newcomers’ first posts are held" in page
    assert client.post(here.url("/moderation/modes/"), {"community": "x"}).status_code == 422
    chosen = {"community": "pre", f"space-{space}": "reactive"}
    assert client.post(here.url("/moderation/modes/"), chosen).status_code == 302
    journal = html(client, here, "/moderation/journal/")
    assert "Mode changed" in journal
    assert html(client, here, "/moderation/journal/?before=x")
    with here.scope():
        here.forum.refresh_from_db()
        assert here.forum.mode == "reactive"
        here.forum.community = here.member.community = Community.objects.get(pk=here.community.pk)
        rest = make_space(kind="forum", slug="sails", name="Sails")
        assert make_thread(here.forum, by=here.member).state == "published"
        assert make_thread(rest, by=here.member).state == "pending"


def test_words_are_added_and_taken_off(here: Cast) -> None:
    client, path = here.sign_in(here.manager), here.url("/moderation/words/")
    assert client.post(path, {"word": "a", "action": "hold"}).status_code == 422
    assert client.post(path, {"word": "scam", "action": "burn"}).status_code == 422
    assert client.post(path, {"word": "scam", "action": "hold", "why": "Accusations"}).status_code == 302
    page = html(client, here, "/moderation/words/")
    assert "Accusations" in page
    with here.scope():
        assert make_thread(here.forum, by=here.member, body="<p>A scam.</p>").state == "pending"
    number = page.split("/moderation/words/")[-1].split("/")[0]
    assert client.post(here.url(f"/moderation/words/{number}/delete/")).status_code == 302
    assert client.post(here.url(f"/moderation/words/{number}/delete/")).status_code == 404
    forget_all()
    with here.scope():
        assert make_thread(here.forum, by=here.member, body="<p>No scam.</p>").state == "published"


def test_script_in_every_field_stays_text(here: Cast) -> None:
    script = "<script>alert(1)</script>"
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager, title=f"T {script}"), by=here.member)
        case = reported(here, post=post)
        services.report_post(post, by=make_membership(display_name=script), category="hate", text=script)
        services.add_watch_word(by=here.manager, word=script, action="hold", why=script)
        decision = decide(case, by=here.moderator, act="remove", reason=script)
    manager = here.sign_in(here.manager)
    pages = [
        html(manager, here, path)
        for path in (
            "/moderation/?state=decided",
            case_path(case),
            "/moderation/words/",
            "/moderation/journal/",
        )
    ]
    pages.append(html(here.sign_in(here.member), here, f"/me/decisions/{decision.ref}/"))
    assert not [page for page in pages if "<script>alert" in page]
