"""Finding the community that a request is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from communities.exceptions import NotAllowed
from communities.letters import fold
from communities.memory import Memory
from communities.models import Community, Domain, Membership
from communities.remembered_reads import ReadAnywhere
from communities.scoping import active_community_id

MAIL_PARAMETER = "cn"


@dataclass(frozen=True)
class Address:
    """Where a request landed: its community (None on the platform's own pages) and the path prefix it came by."""

    community: Community | None
    prefix: str = ""
    canonical_host: str = ""


def locate(host: str, path: str) -> Address | None:
    """The community behind a host name and path; None when this installation does not know the host."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.lower().rstrip(".")
    if name in settings.PLATFORM_HOSTS:
        return _by_path(path)
    for platform in settings.PLATFORM_HOSTS:
        if name.endswith("." + platform):
            community = communities_by_slug.get(name.removesuffix("." + platform))
            return _at_host(community, name)
    return _at_host(communities_by_host.get(name), name)


def _by_path(path: str) -> Address | None:
    if not path.startswith("/c/"):
        return Address(None)
    slug = path[3:].partition("/")[0]
    community = communities_by_slug.get(slug)
    if community is None:
        return Address(None)
    return Address(community, f"/c/{slug}", primary_hosts.get(community.pk))


def _at_host(community: Community | None, name: str) -> Address | None:
    if community is None:
        return None
    primary = primary_hosts.get(community.pk)
    return Address(community, "", primary if primary != name else "")


# Of those whose time to be deleted has not come: a job may need several runs, and nobody meets what is left.
_by_slug: ReadAnywhere[Community] = ReadAnywhere(
    lambda slug, now: Community.objects.exclude(deletes_at__lte=now).filter(slug=slug).order_by("pk")[:1]
)
_by_host: ReadAnywhere[Domain] = ReadAnywhere(
    lambda host: (
        Domain.objects.filter(host=host, verified=True).select_related("community").order_by("pk")[:1]
    )
)
_by_id: ReadAnywhere[Community] = ReadAnywhere(lambda pk: Community.objects.filter(pk=pk))
_primary: ReadAnywhere[tuple[str]] = ReadAnywhere(
    lambda community_id: (
        Domain.objects.filter(community_id=community_id, verified=True, primary=True, lost_at__isnull=True)
        .order_by("pk")
        .values_list("host")[:1]
    )
)


def _load_by_slug(slug: str) -> Community | None:
    return _by_slug.first(slug, timezone.now())


def _load_by_host(host: str) -> Community | None:
    domain = _by_host.first(host)
    return domain.community if domain and not domain.community.is_over else None


def _load_primary(community_id: int) -> str:
    (host,) = _primary.first(community_id) or ("",)
    return host


def _load_by_id(community_id: int) -> Community | None:
    return _by_id.first(community_id)


def hosts_of(communities: Iterable[int]) -> dict[int, str]:
    """The main domains of these communities, in one statement; without those that have none."""
    main = Domain.objects.filter(community__in=communities, verified=True, primary=True, lost_at__isnull=True)
    return dict(main.values_list("community_id", "host"))


def remember(community: Community, host: str) -> None:
    """A community with its main domain: what a job has at hand is not read again while it works there."""
    communities_by_id.put((community.pk,), community)
    primary_hosts.put((community.pk,), host)


communities_by_id: Memory[Community | None] = Memory(_load_by_id)
communities_by_slug: Memory[Community | None] = Memory(_load_by_slug, told=True)
communities_by_host: Memory[Community | None] = Memory(_load_by_host, told=True)
primary_hosts: Memory[str] = Memory(_load_primary, told=True)


def communities_under_platform(most: int) -> list[str]:
    """The slugs of open, listed communities without a domain of their own, the largest first."""
    own = Domain.objects.filter(community=OuterRef("pk"), verified=True, primary=True, lost_at__isnull=True)
    named = Community.objects.filter(~Exists(own), state=Community.State.OPEN, listed=True)
    return list(named.order_by("-member_count", "-id").values_list("slug", flat=True)[:most])


def community_root(community: Community) -> str:
    """The one absolute address of a community's home, with its closing slash: https://blog.brand.example/."""
    return _root_at(community, primary_hosts.get(community.pk))


def platform_root(community: Community) -> str:
    """The same under the platform's address, which leads to the main one and stays when a domain goes."""
    return _root_at(community, "")


def _root_at(community: Community, host: str) -> str:
    return _root_of(community.slug, host, settings.PLATFORM_URL, settings.COMMUNITY_SUBDOMAINS)


@lru_cache(maxsize=2048)
def _root_of(slug: str, host: str, platform_url: str, subdomains: bool) -> str:
    """A feed says it of each of its entries."""
    platform = urlsplit(platform_url)
    if not host and subdomains:
        host = f"{slug}.{platform.hostname}"
    if not host:
        return f"{platform_url}/c/{slug}/"
    port = f":{platform.port}" if platform.port else ""
    return f"{platform.scheme}://{host}{port}/"


def local_path(address: str) -> str:
    """An address made by `reverse()`, within the community and without the prefix it may be reached by."""
    return "/" + address.removeprefix(get_script_prefix()).lstrip("/")


def absolute_address(community: Community, address: str) -> str:
    """The canonical form of an address made by `reverse()`."""
    return community_root(community) + local_path(address).lstrip("/")


def mail_link(community: Community, address: str) -> str:
    """An address for a mail of the community’s own, marked, so that visits from it are counted as such.

    The mark is the same in all its mails: it says nothing of the reader, and makes one more address, not thousands.
    """
    parts = urlsplit(address)
    mark = f"{MAIL_PARAMETER}={_mail_mark(community.pk)}"
    return parts._replace(query=f"{parts.query}&{mark}" if parts.query else mark).geturl()


def is_mail_mark(community_id: int, told: str) -> bool:
    """Whether the value of MAIL_PARAMETER was made here, for this community."""
    return constant_time_compare(told, _mail_mark(community_id))


@lru_cache(maxsize=4096)
def _mail_mark(community_id: int) -> str:
    return salted_hmac("communities.mail_link", str(community_id), algorithm="sha256").hexdigest()[:16]


def communities_by_question(question: str, values: Sequence[Any]) -> list[int]:
    """The numbers of the communities that a function of the database names, from across all of them."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def whole_sets(cursor: Any) -> Iterator[None]:
    """Within the transaction, let statements compare sets as wholes.

    Of what was written just now (an import, a first count) and of what a statement makes itself the planner knows no
    size: it expects one row and takes each one by itself, which grows by the square.
    """
    cursor.execute("set local enable_nestloop = off")
    yield
    cursor.execute("set local enable_nestloop = on")


# More people than that have a name that holds the words: whoever walks through a list meets them at once.
FEW_NAMED = 1000


# Two questions in one statement, each by its own index; asked for together, a list in another order would be walked.
NAMED = """
select members_named(%(words)s, %(most)s)
union
(select id from communities_membership where community_id = %(community)s
  and handle_key >= %(key)s and handle_key < %(end)s limit %(most)s)
"""


def people_named(words: str) -> list[int] | None:
    """The numbers of those in scope whose name holds the words, or whose handle begins so, without regard to accents
    and case; of two letters, those with a word that begins so. None where they are more than `FEW_NAMED`, and of what
    is too short to be looked up: one letter, or two of a script that sets no blanks between words."""
    folded = fold(words)
    if len(folded) < 2 or (len(folded) == 2 and not folded.isascii()):
        return None
    # PostgreSQL knows no such character, and nobody has it in a name.
    words = words.replace("\0", " ")
    key = fold(words).lstrip("@")
    told: dict[str, int | str] = {
        "words": words, "key": key, "end": key + "\U0010ffff", "most": FEW_NAMED + 1,
        "community": active_community_id(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NAMED, told)
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) <= FEW_NAMED else None


def hold_member(by: Membership) -> None:
    """Keep somebody a member until the transaction ends: leaving, and becoming one with another membership, come before
    what they make or after it, and never in between. Others who make something of theirs do not wait.

    Asked first by whatever somebody makes, before anything else is locked. Raises NotAllowed for who has left.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select status from communities_membership where community_id = %s and id = %s for key share",
            [by.community_id, by.pk],
        )
        row = cursor.fetchone()
    if row is None or row[0] == Membership.Status.LEFT:
        raise NotAllowed


def locked_community(community: Community | int) -> Community:
    """Its row as it is now, locked until the transaction ends: changes of one place come one after the other. What is
    written in it meanwhile waits for none of them. Whoever locks people too locks the community first.
    """
    number = community if isinstance(community, int) else community.pk
    return Community.objects.select_for_update(no_key=True).get(pk=number)
