"""The whole run uses the real servers; the database is made by its owner and used by the web role."""

from __future__ import annotations

import gc
import itertools
import os
import runpy
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.db import connection, connections
from django.template import Template
from django.template.context import Context
from django.test import Client, TransactionTestCase, override_settings
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from redis.connection import AbstractConnection

from communities import memory
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.reads import CompiledRead
from communities.scoping import community_scope
from communities.templatetags.shell import Strictness
from config.services import running_servers
from members.models import Member
from tests import databases, emptying, factories
from tests.serving import doors, listening, pages, server  # noqa: F401 — one pair of doors for all folders that have a server

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_media = itertools.count(1)
KEY_PREFIX = f"test-{WORKER}-{secrets.token_hex(4)}"
# What a property is about is no matter of the machine’s speed.
hypothesis_settings.register_profile("parvis", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("parvis")

TESTS = Path(__file__).parent
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "select set_config")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the files, those come first that take longest: none is left to one process at the
    end while the others have nothing to do, and browsers, which wait, meet sweeps, which compute.
    """
    if WORKER == "main":
        return
    lengths: dict[Path, float] = {}
    for item in items:
        lengths[item.path] = lengths.get(item.path, 0.0) + _length(item)
    items.sort(key=lambda item: (-lengths[item.path], item.path))


def _length(item: pytest.Item) -> float:
    """Seconds, roughly: hardly any test takes one that opens no browser and is not marked."""
    if item.get_closest_marker("slow") or item.get_closest_marker("proxies"):
        return 20.0
    return 6.0 if "browser" in getattr(item, "fixturenames", ()) else 0.2


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: looking through it again and again took a tenth of the time.

    What has a floor is imported by every process: which of them gets the test that needs it is chance.
    """
    import_guarded()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def import_guarded() -> None:
    for name in runpy.run_path(str(TESTS.parent / "bin" / "floors.py"))["floored_files"]():
        import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """The run is over. What of a connection the interpreter takes down first is chance: a socket that goes before what
    would have closed it is complained of, after all tests have passed."""
    close_redis()


def close_redis() -> None:
    """Every connection of this process, also of what nobody holds any more; who goes on gets a new one."""
    for thing in gc.get_objects():
        if issubclass(type(thing), AbstractConnection):
            with suppress(Exception):
                thing.disconnect()


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """PostgreSQL and Redis, started for the first test that needs them: by `db`, or by name where Redis alone does."""
    # WhiteNoise wants its folder, although the tests read static files where they lie.
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with running_servers():
        yield


@pytest.fixture(scope="session")
def django_db_setup(servers: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of our own, made by its owner; then the web role uses it."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            copy = stack.enter_context(databases.own_database(WORKER))
        _connect_to(dict.fromkeys(names, copy))
        yield
        emptying.close()
        _connect_to(names)


def _connect_to(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> None:
    """Tests and the worlds of their files write faster than people; those of the limits turn them on. A read that
    cannot be compiled raises, and so does a piece of a page that must not be kept.
    """
    django_settings.LIMITS_BY_TRUST = False
    CompiledRead.is_strict = True
    Strictness.is_strict = True


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    """After a test that commits: see `emptying`."""

    def empty(test: TransactionTestCase) -> None:
        emptying.empty(test._databases_names(include_mirrors=False))  # type: ignore[attr-defined]
        emptying.make_as_new(connections.all(initialized_only=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda _test: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_told(django_test_environment: None) -> Iterator[None]:
    """A test sees the context of a page, not those of its hundreds of parts: their copies were a fifth of all drawing.

    `watched_templates` of the sweeps hears of each part.
    """
    told_of_all = Template._render  # type: ignore[attr-defined]  # django.test puts it there
    Template._render = _render_and_tell
    yield
    Template._render = told_of_all


def _render_and_tell(template: Template, context: Context) -> str:
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(scope="session")
def media_of_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test has a folder of its own for media, which is made when something is stored: hardly any test does,
    and to make one for each, among thousands, was dearer than all else that is made fresh.
    """
    return tmp_path_factory.mktemp("media_of_run")


@pytest.fixture(scope="session", autouse=True)
def settings_of_run(django_test_environment: None) -> Iterator[None]:
    """What is otherwise for all tests, and for what is made once for the tests of a module. Each setting that is
    changed tells all who keep something by it, and is looked up through those changed before it: to do so for each
    test, among thousands, took longer than many of them."""
    # Redis remembers from run to run how often this machine has reported.
    unlimited = {"report": "100000/h/ip", "contact": "100000/h/ip", "own_data": "100000/h/user"}
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        override_settings(
            PLATFORM_HOSTS=[*django_settings.PLATFORM_HOSTS, "testserver"],
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            ACCOUNT_RATE_LIMITS={**django_settings.ACCOUNT_RATE_LIMITS, **unlimited},
            # Tests of measurement turn it on and hand over by hand; elsewhere it would only make noise.
            CAPTURE=False,
            STORAGES=django_settings.STORAGES | {"staticfiles": plain},
            # Tests look again before a second is over; those of the memory itself turn it on.
            VISITOR_PAGES=0,
        ),
        pytest.MonkeyPatch.context() as patch,
    ):
        # Redis outlives a run, and remembers who followed which link; and another run may use it at the same time.
        patch.setitem(django_settings.CACHES["default"], "KEY_PREFIX", KEY_PREFIX)
        # Made already, for this thread, with the prefix of the settings.
        patch.setattr(caches["default"], "key_prefix", KEY_PREFIX)
        patch.setattr(RedisCache, "clear", _forget_our_keys)
        yield


@pytest.fixture(autouse=True)
def fresh(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    settings_of_run: None,
    settings: Any,
    media_of_run: Path,
) -> Iterator[None]:
    """No memory from one test to the next, no mail and no file outside the test.

    Where queries are counted, what the process remembers it remembers for the whole test, a slow machine asking no
    query more: from its beginning, since what its fixtures leave in memory is asked for in what is counted, too.
    """
    settings.MEDIA_ROOT = media_of_run / str(next(_media))
    forget_all()
    # By the patch of the test, which other fixtures change the same by: each change is taken back in its turn.
    if "queries" in request.fixturenames:
        monkeypatch.setattr(memory, "LIFETIME", 3600.0)
    yield
    forget_all()


def _forget_our_keys(cache: RedisCache) -> None:
    """Clearing the cache would empty Redis, under whoever else uses it."""
    client = cache._cache.get_client(write=True)
    for key in client.scan_iter(f"{KEY_PREFIX}:*"):
        client.delete(key)


ROLES = ("owner", "manager", "moderator", "marketing", "ambassador", "member")


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
        made = factories.make_memberships(*({"role": role, "trust_level": 2} for role in ROLES))
        people = dict(zip(ROLES, made, strict=True))
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
    """`with queries(most=3):` — begin, commit, savepoints and the community setting are not counted; see `fresh`."""
    # Once more, for tests whose fixtures keep nothing.
    monkeypatch.setattr(memory, "LIFETIME", 3600.0)
    return _counted
