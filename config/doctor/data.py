"""Looking at what is kept: settings, versions, database, walls, tables, storage, disk, backups."""

from __future__ import annotations

import secrets
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from communities.console.operator.backups import latest_whole
from communities.files import in_store
from communities.scoping import CommunityOwned, owned_foreign_keys
from config.doctor.examining import Found, examination, fault, ok, warning
from config.doctor.store import store_keeps
from config.health import NotReady, check_database_role

OLDEST_POSTGRES, OLDEST_REDIS, OLDEST_PYTHON = 18, (6, 2), (3, 11)
SHORTEST_KEY = 50
FULL, ALMOST_FULL = 0.95, 0.88  # of a disk
LEAST_FREE = 1_000_000_000  # bytes
OLD_BACKUP_DAYS = 2
# Behind a policy as well, without being a community’s rows by their model: see communities/migrations/0002_walls.py.
ALSO_BEHIND_WALLS = ("members_outgoingmail",)

WALLS = """
select c.relname, c.relrowsecurity, count(p.oid) from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
left join pg_policy p on p.polrelid = c.oid where c.relname = any(%s) group by 1, 2
"""
KEYS = """
select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
where contype = 'f' and conparentid = 0 and array_length(conkey, 1) > 1
"""


@examination("settings")
def settings_are_sound() -> Found:
    if len(settings.SECRET_KEY) < SHORTEST_KEY or len(set(settings.SECRET_KEY)) < 10:
        return fault(
            f"SECRET_KEY has {len(settings.SECRET_KEY)} signs: links and sessions could be forged",
            f"Set SECRET_KEY to {SHORTEST_KEY} random signs and start everything again; people sign in anew.",
        )
    if settings.DEBUG and not settings.EMBEDDED:
        return fault("DEBUG is on: error pages show code and settings", "Remove DEBUG from the environment.")
    address = urlsplit(settings.PLATFORM_URL)
    if address.hostname not in settings.PLATFORM_HOSTS:
        return fault(
            f"PLATFORM_URL is {settings.PLATFORM_URL}, which is none of PLATFORM_HOSTS: links in mails lead nowhere",
            "Name the host of PLATFORM_URL in PLATFORM_HOSTS too.",
        )
    if settings.SECURE and address.scheme != "https":
        return fault(
            "Cookies need TLS, and PLATFORM_URL begins with http: nobody stays signed in",
            "Put a proxy with TLS in front and write PLATFORM_URL with https, or set SECURE=0.",
        )
    if not settings.EMBEDDED and "localhost" in settings.DEFAULT_FROM_EMAIL:
        return warning(
            "Mails of the platform come from localhost", "Set DEFAULT_FROM_EMAIL to an address of yours."
        )
    return ok(f"{settings.PLATFORM_URL}, {'TLS' if settings.SECURE else 'no TLS'}")


@examination("versions")
def versions_are_known() -> Found:
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return fault(f"Python {python}", "Install Python 3.11 or newer.")
    if django.VERSION[:2] != (5, 2):
        return fault(
            f"Django {django.get_version()}, tried with 5.2", "Install the packages of requirements/run.txt."
        )
    return ok(f"Python {python}, Django {django.get_version()}, release {settings.RELEASE}")


@examination("database")
def database_answers() -> Found:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version_num')::int, current_database()")
            number, name = cursor.fetchone()
    except DatabaseError as error:
        return fault(
            f"The database does not answer: {' '.join(str(error).split())[:200]}",
            "Start PostgreSQL, and see that DATABASE_URL names its host, port, database and password.",
        )
    if number // 10_000 < OLDEST_POSTGRES:
        return fault(
            f"PostgreSQL {number // 10_000}",
            f"Parvis needs PostgreSQL {OLDEST_POSTGRES}: upgrade the server.",
        )
    return ok(f"PostgreSQL {number // 10_000}.{number % 10_000}, database {name}")


@examination("role", "database")
def role_is_bound() -> Found:
    try:
        check_database_role()
    except NotReady as error:
        return fault(
            str(error).capitalize(),
            "Let DATABASE_URL name parvis_web, as config/services/roles.sql makes it.",
        )
    return ok("The web role owns nothing, and row-level security binds it")


@examination("migrations", "database")
def tables_are_of_this_release() -> Found:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{one.app_label}.{one.name}" for one, _back in missing[:3])
        return fault(f"{len(missing)} migrations are missing: {names}", "manage.py migrate --database owner")
    return ok("All migrations are applied")


@examination("walls", "database", "migrations")
def walls_stand() -> Found:
    owned = [model for model in apps.get_models() if issubclass(model, CommunityOwned)]
    tables = [*(model._meta.db_table for model in owned), *ALSO_BEHIND_WALLS]
    with connection.cursor() as cursor:
        cursor.execute(WALLS, [tables])
        standing = {name for name, secured, policies in cursor.fetchall() if secured and policies}
        cursor.execute(KEYS)
        keys = {(table, definition.split(" REFERENCES")[0]) for table, definition in cursor.fetchall()}
    fallen = sorted(set(tables) - standing)
    loose = [
        f"{model._meta.db_table}.{field.column}"
        for model in owned
        for field in owned_foreign_keys(model)
        if (model._meta.db_table, f"FOREIGN KEY (community_id, {field.column})") not in keys
    ]
    if fallen or loose:
        return fault(
            f"No wall around {', '.join((fallen + loose)[:5])}: one community could see another’s rows",
            "Close the site. Restore the policy that 0002_walls.py of the app makes, and find out who removed it.",
        )
    return ok(f"{len(tables)} tables are behind row-level security")


@examination("storage")
def storage_keeps() -> Found:
    return store_keeps() if in_store() else _folder_keeps()


def _folder_keeps() -> Found:
    root = Path(settings.MEDIA_ROOT)
    probe, content = root / f".doctor-{secrets.token_hex(4)}", secrets.token_bytes(4096)
    try:
        probe.write_bytes(content)
        kept = probe.read_bytes()
        probe.unlink()
    except OSError as error:
        return fault(
            f"{root} cannot be written: {error.strerror}",
            "Make MEDIA_ROOT a folder that the account of web and worker may write to.",
        )
    if kept != content:
        return fault(
            f"{root} gives back something else than was written", "Check that disk before anything else."
        )
    return ok(f"{root} was written and read")


@examination("disk")
def disks_have_room() -> Found:
    told = []
    for name in ("MEDIA_ROOT", "VAR_DIR", "BACKUP_ROOT"):
        folder = Path(getattr(settings, name))
        while not folder.exists():
            folder = folder.parent
        usage = shutil.disk_usage(folder)
        share = 1 - usage.free / usage.total
        if share >= FULL or usage.free < LEAST_FREE:
            return fault(
                f"The disk of {name} is {share:.0%} full, {usage.free / 1e9:.1f} GB are left",
                "Make room: old backups and logs first. A full disk stops the database.",
            )
        told.append((share, name, usage.free))
    share, name, free = max(told)
    if share >= ALMOST_FULL:
        return warning(f"The disk of {name} is {share:.0%} full", "Make room, or a larger disk, within days.")
    return ok(f"{share:.0%} used, {free / 1e9:.0f} GB free")


@examination("backup")
def backup_is_fresh() -> Found:
    latest = latest_whole()
    if latest is None:
        return warning(
            f"No backup in {settings.BACKUP_ROOT}", "Set BACKUPS=1, or have manage.py backup run each night."
        )
    age = timezone.now() - latest.manifest.at
    if age.days >= OLD_BACKUP_DAYS:
        return warning(f"The latest backup is {age.days} days old", "See why the nightly one does not run.")
    return ok(
        f"{latest.name}{', restored and counted' if latest.manifest.verified_at else ', never restored'}"
    )
