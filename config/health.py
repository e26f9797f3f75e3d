"""For load balancers and monitors: is this process alive, and can it serve? Details go to the log only."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from typing import Any, cast

import redis
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.files import in_store
from communities.redis_server import open_redis

logger = logging.getLogger(__name__)


class NotReady(Exception):
    """Why requests should not be sent here; for the log."""


@never_cache
@require_safe
def show_alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("alive", content_type="text/plain")


@never_cache
@require_safe
def show_ready(request: HttpRequest) -> HttpResponse:
    """Whether everything that a page needs is there; 503 if not."""
    problems = find_problems()
    for problem in problems:
        logger.error("not ready: %s", problem)
    return HttpResponse(
        "waiting" if problems else "ready", content_type="text/plain", status=503 if problems else 200
    )


def find_problems() -> list[str]:
    """What keeps us from serving, in sentences for the operator."""
    problems = []
    for check in CHECKS:
        try:
            check()
        except FAILURES as error:
            problems.append(f"{check.__name__}: {error or type(error).__name__}")
    return problems


def check_database_role() -> None:
    """The database answers, and to a role that row-level security binds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.rolname, r.rolsuper or r.rolbypassrls,"
            " exists(select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p'))"
            " from pg_roles r where r.rolname = current_user"
        )
        role, exempt, owner = cursor.fetchone()
    if exempt:
        raise NotReady(f"the role {role} is exempt from row-level security")
    if owner:
        raise NotReady(f"the role {role} owns tables; use the web role in DATABASE_URL")


def check_migrations() -> None:
    """The tables are those of this release."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise NotReady(f"{len(missing)} migrations are not applied")


def check_redis() -> None:
    """Cache and queue answer."""
    with open_redis() as client:
        client.ping()


def check_media() -> None:
    """Pictures can be stored."""
    if in_store():
        cast("Any", default_storage).check()
        return
    with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as probe:
        probe.write(b"probe")
        probe.flush()


FAILURES = (NotReady, DatabaseError, redis.RedisError, OSError)
CHECKS: tuple[Callable[[], None], ...] = (check_database_role, check_migrations, check_redis, check_media)
