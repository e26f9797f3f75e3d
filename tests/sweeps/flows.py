"""What is shown only after several steps: conflicts, codes, second thoughts."""

from __future__ import annotations

from django.test import Client

from communities.blogs.services import set_cover
from communities.content.models import Post
from communities.memory import forget_all
from communities.models import Community
from tests.factories import make_membership, make_person, make_reply
from tests.sweeps.world import World, a_picture


def go_through_all(world: World) -> None:
    _stale_edits(world)
    _second_answer(world)
    _codes(world)
    _former_member(world)
    _cover(world)
    _demo_door(world)
    _first_password(world)


def _stale_edits(world: World) -> None:
    author, url = world.client("member"), world.here.url
    text = {"title": "Another title", "body": "<p>Another text.</p>", "body_format": "html", "language": "en"}
    answer = author.post(url(f"/p/{world.post.public_id}/edit/"), text | {"revision": "0"})
    assert answer.status_code == 409
    answer = author.post(
        url(f"/blogs/{world.blog.slug}/{world.article.slug}/edit/"), text | {"version": "0", "then": "save"}
    )
    assert answer.status_code == 409, answer.content.decode()
    answer = world.client("ambassador").post(
        url(f"/p/{world.opening.public_id}/react/"), {"kind": "thanks"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200


def _second_answer(world: World) -> None:
    author, url = world.client("member"), world.here.url
    with world.here.scope():
        other: Post = make_reply(world.question, by=world.here.moderator)
    for post, status in ((other, 302), (world.answer, 409)):
        path = url(f"/forums/t/{world.question.slug}/accept/{post.public_id}/")
        assert author.post(path).status_code == status
    assert author.get(url(f"/forums/t/{world.question.slug}/")).status_code == 200


def _codes(world: World) -> None:
    url = world.here.url
    visitor = Client()
    assert visitor.post(url("/sign-in/"), {"login": world.newcomer.email, "code": "1"}).status_code == 302
    assert visitor.get(url("/sign-in/code/")).status_code == 200
    visitor = Client()
    joining = {
        "email": "new@example.org", "password1": "correct horse battery", "display_name": "New", "handle": "new-one",
        "rules": "on", "age": "on",
    }  # fmt: skip
    assert visitor.post(url("/join/"), joining).status_code == 302
    assert visitor.get(url("/email/confirm/")).status_code == 200


def _former_member(world: World) -> None:
    with world.here.scope():
        left = make_membership(status="left")
    assert world.client("member").get(world.here.url(f"/members/{left.handle}/")).status_code == 200


def _cover(world: World) -> None:
    with world.here.scope():
        set_cover(world.article, by=world.here.member, picture=a_picture(1600))
    page = world.client("visitor").get(world.here.url(f"/blogs/{world.blog.slug}/{world.article.slug}/"))
    assert page.status_code == 200


def _demo_door(world: World) -> None:
    Community.objects.filter(pk=world.here.community.pk).update(
        settings={"demo_people": [world.here.member.handle, world.here.owner.handle]}
    )
    forget_all()
    assert Client(headers={"host": "localhost"}).get("/demo/").status_code == 200


def _first_password(world: World) -> None:
    person = make_person(password=None)
    with world.here.scope():
        make_membership(person)
    client = Client()
    client.force_login(person)
    assert client.get(world.here.url("/me/security/password/set/")).status_code == 200
