"""What an owner does with domains, and what follows from a look at their records."""

from __future__ import annotations

import datetime
import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.console.reach.examining import Findings, Mark
from communities.console.reach.exceptions import (
    AskedJustNow,
    DomainTaken,
    HostOfPlatform,
    HostRefused,
    KnownDomain,
    NotVerified,
    TooManyDomains,
)
from communities.console.reach.notices import tell_owners
from communities.console.reach.pace import CHECK_DOMAINS, call_checker, next_look
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.lookups import NotAName, public_name
from communities.memory import forget_all
from communities.models import Community, Domain, Membership
from communities.permissions import can_edit_domains
from communities.queries import locked_community
from communities.scoping import community_scope

MOST_DOMAINS = 20
# So that the name of its proof, and what its owners are told, have room.
LONGEST_HOST = 180
# Pressing the button again and again asks nobody’s name server more often than this.
PAUSE = datetime.timedelta(seconds=10)
# So long a domain may lead elsewhere, while somebody moves servers, before people are kept from it.
LOST_AFTER = datetime.timedelta(hours=24)


def read_host(text: str) -> str:
    """The host name in what somebody typed or pasted, an address with scheme and path among them.

    Raises HostRefused, HostOfPlatform.
    """
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip(), flags=re.IGNORECASE)
    bare = re.split(r"[/?#\s]", bare, maxsplit=1)[0].rpartition("@")[2]
    try:
        host = public_name(re.sub(r":\d+$", "", bare))
    except NotAName:
        raise HostRefused from None
    if host.startswith("_") or "._" in host or len(host) > LONGEST_HOST:
        raise HostRefused
    if any(host == one or host.endswith(f".{one}") for one in settings.PLATFORM_HOSTS):
        raise HostOfPlatform
    return host


@transaction.atomic
def add_domain(community: Community, *, by: Membership, text: str) -> Domain:
    """Say that a domain is ours; the page then shows the records that prove it.

    One that nobody has proved may be claimed by several communities: otherwise anybody could keep a brand’s name from
    it. Raises NotAllowed, HostRefused, HostOfPlatform, DomainTaken, KnownDomain, TooManyDomains.
    """
    if not can_edit_domains(by):
        raise NotAllowed
    host = read_host(text)
    locked_community(community)
    own = Domain.objects.filter(community=community)
    if own.filter(host=host).exists():
        raise KnownDomain
    if Domain.objects.filter(host=host, verified=True).exists():
        raise DomainTaken
    if own.count() >= MOST_DOMAINS:
        raise TooManyDomains
    now = timezone.now()
    domain = Domain.objects.create(community=community, host=host, due_at=now, looking_since=now)
    record(by, "domain_added", what=host, about=domain.pk)
    call_checker(CHECK_DOMAINS)
    return domain


def ask_for_look(domain: Domain, *, by: Membership) -> None:
    """Have the records looked up now. Raises NotAllowed, AskedJustNow."""
    if not can_edit_domains(by):
        raise NotAllowed
    now = timezone.now()
    if domain.checked_at is not None and domain.checked_at > now - PAUSE:
        raise AskedJustNow
    Domain.objects.filter(pk=domain.pk).update(due_at=now, looking_since=now)
    call_checker(CHECK_DOMAINS)


@transaction.atomic
def make_primary(domain: Domain, *, by: Membership) -> Domain:
    """Everything is at this domain from now on; all other addresses lead to it for good (301).

    Raises NotAllowed, NotVerified.
    """
    if not can_edit_domains(by):
        raise NotAllowed
    locked_community(domain.community_id)
    fresh = Domain.objects.select_for_update().get(pk=domain.pk)
    if not fresh.verified or fresh.lost_at is not None:
        raise NotVerified
    former = Domain.objects.filter(community_id=fresh.community_id, primary=True)
    before = former.values_list("host", flat=True).first() or ""
    former.exclude(pk=fresh.pk).update(primary=False)
    fresh.primary = True
    fresh.save(update_fields=["primary"])
    record(
        by,
        "primary_domain",
        what=fresh.host,
        about=fresh.community_id,
        before={"host": before},
        after={"host": fresh.host},
    )
    transaction.on_commit(forget_all)
    return fresh


@transaction.atomic
def return_to_platform(community: Community, *, by: Membership) -> None:
    """No domain is primary: everything is found under the platform’s address, and the domains still work."""
    if not can_edit_domains(by):
        raise NotAllowed
    primary = Domain.objects.select_for_update().filter(community=community, primary=True).first()
    if primary is None:
        return
    primary.primary = False
    primary.save(update_fields=["primary"])
    record(
        by,
        "primary_domain",
        what=primary.host,
        about=community.pk,
        before={"host": primary.host},
        after={"host": ""},
    )
    transaction.on_commit(forget_all)


@transaction.atomic
def release_domain(domain: Domain, *, by: Membership) -> None:
    """The domain does not lead to this community any more; anybody may claim and prove it. Raises NotAllowed."""
    if not can_edit_domains(by):
        raise NotAllowed
    fresh = Domain.objects.select_for_update().filter(pk=domain.pk).first()
    if fresh is None:
        return
    record(by, "domain_released", what=fresh.host, about=fresh.pk)
    fresh.delete()
    transaction.on_commit(forget_all)


def take_findings(domain_id: int, findings: Findings) -> None:
    """Keep what a look found, and draw the consequences: verified, works again, fails, is lost. Its owners are told."""
    found = Domain.objects.filter(pk=domain_id).values_list("community_id", flat=True).first()
    if found is None:
        return
    with community_scope(found):
        domain = Domain.objects.select_for_update().filter(pk=domain_id).first()
        if domain is None:
            return
        now = timezone.now()
        domain.findings, domain.checked_at, domain.looking_since = findings.as_json(), now, None
        if domain.verified:
            _follow(domain, findings, now)
        elif findings.proof.mark is Mark.FOUND and findings.address.mark is Mark.FOUND:
            _verify(domain)
        domain.due_at = next_look(now, domain.created_at, settled=domain.works, proven=domain.verified)
        domain.save()


def _verify(domain: Domain) -> None:
    """Whoever proves it first has it. The first domain of a community becomes its main address."""
    if Domain.objects.filter(host=domain.host, verified=True).exists():
        domain.findings["taken"] = True
        return
    domain.verified = True
    domain.primary = not Domain.objects.filter(community_id=domain.community_id, primary=True).exists()
    try:
        with transaction.atomic():
            domain.save()
    except IntegrityError:
        domain.verified = domain.primary = False
        domain.findings["taken"] = True
        return
    after = {"primary": True} if domain.primary else {}
    record(None, "domain_verified", what=domain.host, about=domain.pk, after=after)
    _say_works(domain)


def _follow(domain: Domain, findings: Findings, now: datetime.datetime) -> None:
    """A verified domain: does it still lead here? What nobody answered changes nothing."""
    if findings.address.mark is Mark.UNKNOWN or not findings.targets:
        # A resolver that does not even know where we are is no witness.
        return
    leads_here = findings.address.mark is Mark.FOUND
    # Who lost it may have lost the domain itself: then its new holder must not get the place with it.
    if domain.lost_at is not None:
        leads_here = leads_here and findings.proof.mark is Mark.FOUND
    if leads_here:
        was_lost, domain.failing_since, domain.lost_at = domain.lost_at is not None, None, None
        if was_lost:
            _say_works(domain)
        return
    domain.failing_since = domain.failing_since or now
    if domain.lost_at is None and now - domain.failing_since >= LOST_AFTER:
        domain.lost_at = now
        tell_owners("domain_failed", domain.host, occasion=domain.failing_since.isoformat())
        transaction.on_commit(forget_all)


def _say_works(domain: Domain) -> None:
    tell_owners("domain_checked", domain.host, occasion=timezone.now().isoformat())
    transaction.on_commit(forget_all)
