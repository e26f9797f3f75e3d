"""Each row of the scope table: what an off-the-shelf scope lets through, ours refuses."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from communities.content.models import Post, Space, Thread
from communities.exceptions import NoScope, WrongCommunity
from communities.models import Community, Membership
from communities.scoping import CommunityOwned, community_scope, owned_foreign_keys
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread

OWNED = [model for model in apps.get_models() if issubclass(model, CommunityOwned)]


@pytest.mark.parametrize(
    "read",
    [
        lambda: list(Space.objects.all()),
        lambda: Space.objects.filter(slug="x"),
        lambda: Space.objects.get(pk=1),
        lambda: Space.objects.in_bulk([1]),
        lambda: Space.objects.count(),
        lambda: Space.objects.exists(),
        lambda: Space.objects.exclude(slug="x").exists(),
        lambda: Thread.objects.select_related("space").exists(),
        lambda: Space.objects.bulk_create([Space(kind="forum", slug="a", name="A")]),
        lambda: Space.objects.update(name="A"),
        lambda: Space.objects.first(),
        lambda: Space.objects.raw("select 1"),
        lambda: Space(kind="forum", slug="a", name="A").save(),
        lambda: Space.objects.create(kind="forum", slug="a", name="A"),
    ],
)
def test_without_a_scope_everything_raises(here: Cast, read: object) -> None:
    with pytest.raises(NoScope):
        read()


def test_related_managers_and_prefetches_raise_without_a_scope(here: Cast) -> None:
    with pytest.raises(NoScope):
        here.forum.threads.all()
    with pytest.raises(NoScope):
        here.forum.authors.count()


def test_there_is_no_scope_of_none(db: None) -> None:
    with pytest.raises(NoScope), community_scope(None):
        pass
    with pytest.raises(NoScope), community_scope(Community(name="unsaved")):
        pass


def test_another_communitys_rows_do_not_exist(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        thread = make_thread(elsewhere.forum)
    with here.scope():
        assert not Thread.objects.filter(pk=thread.pk).exists()
        assert list(elsewhere.forum.threads.all()) == []
        assert Thread.objects.filter(pk=thread.pk).update(title="taken") == 0
        assert Thread.objects.filter(pk=thread.pk).delete()[0] == 0


def test_writing_into_another_community_raises(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        with pytest.raises(WrongCommunity):
            Space.objects.create(community=elsewhere.community, kind="forum", slug="a", name="A")
        with pytest.raises(WrongCommunity):
            Thread.objects.create(space=elsewhere.forum, kind="topic", slug="a", language="en", title="A")
        with pytest.raises(WrongCommunity):
            Space.objects.bulk_create(
                [Space(community=elsewhere.community, kind="forum", slug="a", name="A")]
            )
        with pytest.raises(WrongCommunity):
            Space.objects.update(community=elsewhere.community)
        with pytest.raises(WrongCommunity):
            Thread.objects.update(author=elsewhere.member)
        with pytest.raises(WrongCommunity):
            elsewhere.forum.save()
        with pytest.raises(WrongCommunity):
            elsewhere.forum.delete()
        mine = make_space()
        mine.community = elsewhere.community
        with pytest.raises(WrongCommunity):
            Space.objects.bulk_update([mine], ["name"])


def test_a_bare_foreign_id_is_refused_by_the_database(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.create(
                space_id=elsewhere.forum.pk, kind="topic", slug="a", language="en", title="A"
            )
        thread = make_thread(here.forum)
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.filter(pk=thread.pk).update(author_id=elsewhere.member.pk)


def test_the_database_alone_keeps_communities_apart(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        make_thread(elsewhere.forum)
    with here.scope(), connection.cursor() as cursor:
        cursor.execute("select count(*) from content_thread")
        assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "insert into content_redirect (community_id, path, target, created_at) values (%s, '/a', '/b', now())",
                [elsewhere.community.pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from communities_membership")
        assert cursor.fetchone() == (0,), "outside a scope the database shows no community row"


def test_scopes_nest_and_close(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        with elsewhere.scope():
            assert Membership.objects.filter(pk=elsewhere.member.pk).exists()
        assert Membership.objects.filter(pk=here.member.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from communities_membership where id = %s", [here.member.pk])
            assert cursor.fetchone() == (1,), "the database was told of the outer scope again"
    with pytest.raises(NoScope):
        Membership.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_every_owned_table_is_behind_both_walls(model: type[CommunityOwned]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select relrowsecurity from pg_class where relname = %s", [model._meta.db_table])
        assert cursor.fetchone() == (True,)
        cursor.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'f'",
            [model._meta.db_table],
        )
        keys = [row[0] for row in cursor.fetchall()]
    for field in owned_foreign_keys(model):
        assert any(f"(community_id, {field.column})" in key for key in keys), (
            f"{field.name} has no composite key"
        )


@pytest.mark.django_db
def test_the_web_role_owns_nothing_and_is_no_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("select count(*) from pg_tables where tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_a_post_is_read_in_its_own_community_only(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum))
        assert Post.objects.get(pk=post.pk).position == 2
    with elsewhere.scope(), pytest.raises(Post.DoesNotExist):
        Post.objects.get(pk=post.pk)
