"""The whole run uses the real servers; the database is made by its owner and used by the web role."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities import memory
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from members.models import Member
from tests import factories

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "select set_config")


@pytest.fixture(scope="session", autouse=True)
def servers() -> Iterator[None]:
    # WhiteNoise wants its folder, although the tests read static files where they lie.
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with running_servers():
        yield


@pytest.fixture(scope="session")
def django_db_setup(servers: None, django_db_blocker: Any) -> Iterator[None]:
    """Create the test database as its owner, then let the web role use it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    owner, web = connections["owner"], connections["default"]
    with django_db_blocker.unblock():
        owner.settings_dict["TEST"]["NAME"] = f"test_parvis{'_' + worker if worker else ''}"
        name = owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with owner.cursor() as cursor:
            user = connection.settings_dict["USER"]
            cursor.execute(
                f'grant select, insert, update, delete, truncate on all tables in schema public to "{user}"'
            )
            cursor.execute(f'grant usage on all sequences in schema public to "{user}"')
        production = web.settings_dict["NAME"]
        web.close()
        web.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        web.close()
        web.settings_dict["NAME"] = production
        owner.creation.destroy_test_db(production, verbosity=0)


@pytest.fixture(autouse=True)
def fresh(settings: Any, tmp_path: Any) -> Iterator[None]:
    """No memory from one test to the next, no mail and no file outside the test."""
    settings.PLATFORM_HOSTS = [*settings.PLATFORM_HOSTS, "testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Redis remembers from run to run how often this machine has reported.
    unlimited = {"report": "100000/h/ip", "contact": "100000/h/ip", "own_data": "100000/h/user"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **unlimited}
    settings.MEDIA_ROOT = tmp_path / "media"
    # Tests of measurement turn it on and hand over by hand; elsewhere it would only make noise.
    settings.CAPTURE = False
    settings.PLATFORM_HOSTS = ["testserver", *settings.PLATFORM_HOSTS]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    # Tests look again before a second is over; those of the memory itself turn it on.
    settings.VISITOR_PAGES = 0
    # Redis outlives a run, and remembers who followed which link; the numbers of both begin anew.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    settings.CACHES["default"]["KEY_PREFIX"] = f"test-{worker}-{os.getpid()}"
    forget_all()
    yield
    forget_all()


@dataclass
class Cast:
    """One community with its people and one space of each kind; the client speaks to its pages by path."""

    community: Community
    owner: Membership
    manager: Membership
    moderator: Membership
    marketing: Membership
    ambassador: Membership
    member: Membership
    forum: Any
    blog: Any

    @property
    def prefix(self) -> str:
        return f"/c/{self.community.slug}"

    def url(self, path: str) -> str:
        return self.prefix + path

    def scope(self) -> Any:
        return community_scope(self.community)

    def sign_in(self, membership: Membership | None) -> Client:
        client = Client()
        if membership is not None and membership.member is not None:
            client.force_login(membership.member)
        return client


def make_cast(**fields: Any) -> Cast:
    community = factories.make_community(**fields)
    with community_scope(community):
        people = {
            role: factories.make_membership(role=role, trust_level=2)
            for role in ("owner", "manager", "moderator", "marketing", "ambassador", "member")
        }
        forum = factories.make_space(kind="forum", slug="rigging", name="Rigging")
        blog = factories.make_space(kind="blog", slug="journal", name="Journal", posting="authors")
    return Cast(community=community, forum=forum, blog=blog, **people)


@pytest.fixture
def here(db: None) -> Cast:
    """The community that the test is about."""
    return make_cast()


@pytest.fixture
def elsewhere(db: None) -> Cast:
    """Another community on the same installation."""
    return make_cast()


@pytest.fixture
def stranger(db: None) -> Member:
    """Signed in, but a member of no community."""
    return factories.make_person()


@contextmanager
def _counted(most: int | None = None, exactly: int | None = None) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    counted = [q["sql"] for q in captured.captured_queries if not q["sql"].lstrip().startswith(NOT_COUNTED)]
    text = "\n".join(counted)
    if most is not None:
        assert len(counted) <= most, f"{len(counted)} queries, at most {most}:\n{text}"
    if exactly is not None:
        assert len(counted) == exactly, f"{len(counted)} queries, not {exactly}:\n{text}"


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`with queries(most=3):` — begin, commit, savepoints and the community setting are not counted.

    What the process remembers it remembers for the whole test: a slow machine asks no query more.
    """
    monkeypatch.setattr(memory, "LIFETIME", 3600.0)
    return _counted
