"""Putting a version into force: now, or by the clock on a date. What was published stays as it is."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community
from communities.texts.exceptions import DateRefused, FactsMissing, NothingToDo, TextEmpty, TextRefused
from communities.texts.facts import missing
from communities.texts.kinds import TextKind, kinds
from communities.texts.models import TextVersion
from communities.texts.permissions import can_publish_text
from communities.texts.rendering import facts_named, plainly, words_of
from communities.texts.services.drafting import NONE_YET, draft_of, draft_to_change
from communities.texts.tasks import tell_of_change
from communities.wording import ABOUT

PUBLISHED, WITHDRAWN, CHECKED = "text_published", "text_withdrawn", "text_checked"


@transaction.atomic
def publish_text(
    community: Community,
    kind: str,
    *,
    by: Membership,
    revision: int = NONE_YET,
    at: datetime.datetime | None = None,
    checked_by: str = "",
    tell: bool = False,
) -> TextVersion:
    """Put the draft (or, untouched, the proposal) into force: at once, or at a moment to come.

    With `tell`, all members hear of it. Raises NotAllowed, TextEmpty, FactsMissing, DateRefused, TextChanged,
    NothingToDo where what holds was not changed, TextRefused where an earlier version is still to come into force.
    """
    if not can_publish_text(by, kind):
        raise NotAllowed
    version = draft_to_change(community, kind, by=by, revision=revision)
    if version._state.adding and TextVersion.objects.of(kind).published().exists():
        raise NothingToDo  # what is published already is no new version
    now = timezone.now()
    if at is not None and (at <= now or not kinds[kind].by_date):
        raise DateRefused
    _refuse_unready(version)
    if checked_by.strip():
        version.checked_by, version.checked_at = checked_by.strip(), now
    _put_in_force(version, by=by, now=now, since=at or now)
    if tell and kinds[kind].tells:
        tell_of_change.delay_on_commit(community_id=community.pk, version_id=version.pk)
    return version


@transaction.atomic
def adopt(
    community: Community,
    kind: str,
    content: Any,
    *,
    by: Membership | None,
    at: datetime.datetime | None = None,
) -> TextVersion:
    """Publish a text as it is given, as a founding, a recipe or an import does: it holds from `at`, or from now.

    `content` maps languages to sources; of rules it is a list of `rule` and `reason` by language. Raises TextEmpty,
    TextRefused where a version is still to come into force.
    """
    version = draft_to_change(community, kind, by=by, revision=getattr(draft_of(kind), "revision", NONE_YET))
    if kinds[kind].is_rules:
        version.content = [{"number": number, **one} for number, one in enumerate(content, start=1)]
    else:
        version.content = {code: {"source": source} for code, source in content.items() if source.strip()}
    if not version.content:
        raise TextEmpty
    moment = at or timezone.now()
    version.made_at = moment
    _refuse_overtaking(version, moment)
    _put_in_force(version, by=by, now=moment, since=moment)
    return version


@transaction.atomic
def mark_checked(
    community: Community, kind: str, number: int, *, by: Membership, checked_by: str
) -> TextVersion:
    """Note who has read a version for the law; its words stay as they are. Raises NotAllowed, NothingToDo."""
    if not can_publish_text(by, kind):
        raise NotAllowed
    locked_community(community)
    version = TextVersion.objects.of(kind).filter(number=number).first()
    if version is None or not checked_by.strip():
        raise NothingToDo
    before = version.checked_by
    version.checked_by, version.checked_at = " ".join(checked_by.split()), timezone.now()
    version.save(update_fields=["checked_by", "checked_at"])
    _record(by, CHECKED, version, {"checked_by": before}, {"checked_by": version.checked_by})
    return version


@transaction.atomic
def take_back(community: Community, kind: str, number: int, *, by: Membership) -> TextVersion:
    """Make a version that has not come into force yet a draft again. Raises NotAllowed, NothingToDo, TextRefused."""
    if not can_publish_text(by, kind):
        raise NotAllowed
    locked_community(community)
    version = TextVersion.objects.of(kind).filter(number=number).first()
    if version is None or not version.is_to_come:
        raise NothingToDo
    if draft_of(kind) is not None:
        raise TextRefused(_("There is a draft of a newer version. Discard it first."))
    since = version.in_force_at
    version.published_at = version.in_force_at = version.published_by = None
    version.save()
    _refresh_row(version)
    _record(by, WITHDRAWN, version, {"in_force_at": _day(version, since)}, {"in_force_at": ""})
    return version


def _refuse_unready(version: TextVersion) -> None:
    if not version.content:
        raise TextEmpty
    if version.told.is_rules:
        return
    for one in version.content.values():
        gaps = missing(version.community, facts_named(one["source"]))
        if gaps:
            raise FactsMissing([str(fact.label) for fact in gaps])


def _refuse_overtaking(version: TextVersion, since: datetime.datetime) -> None:
    last = TextVersion.objects.of(version.kind).published().newest().first()
    if last is not None and last.in_force_at is not None and last.in_force_at >= since:
        raise TextRefused(
            _(
                "Version %(n)s comes into force later than that. Take it back first, or choose a date after it."
            )
            % {"n": last.number}
        )


def _put_in_force(
    version: TextVersion, *, by: Membership | None, now: datetime.datetime, since: datetime.datetime
) -> None:
    _refuse_overtaking(version, since)
    if not version.told.is_rules:
        version.content = {
            code: {**one, "html": plainly(one, version.community, code)}
            for code, one in version.content.items()
        }
    version.published_at, version.in_force_at, version.published_by = now, since, by
    version.revision += 1
    version.save()
    _refresh_row(version)
    if by is not None:
        _record(by, PUBLISHED, version, {}, publishing_of(version))


def _refresh_row(version: TextVersion) -> None:
    """What pages read without asking a table: the version in force of this text, and those to come."""
    community, kind = Community.objects.get(pk=version.community_id), version.told
    community.texts = {**community.texts, kind.name: _kept(kind)}
    fields = ["texts", "updated_at"]
    if kind.name == ABOUT:
        community.about = _about(community, version)
        fields.append("about")
    community.save(update_fields=fields)
    transaction.on_commit(forget_all)


def _kept(kind: TextKind) -> list[dict[str, Any]]:
    kept = []
    for one in TextVersion.objects.of(kind.name).still_known(timezone.now()):
        line: dict[str, Any] = {"number": one.number, "since": _iso(one.in_force_at)}
        if kind.is_rules:
            line["content"] = one.content
        elif kind.on_row:
            line["content"] = {code: said["html"] for code, said in one.content.items()}
        kept.append(line)
    return kept


def _about(community: Community, version: TextVersion) -> str:
    """The words alone, for the top of the visitors’ page, the directory of communities and search engines."""
    said = version.content.get(community.language) or next(iter(version.content.values()))
    return words_of(said["html"])


def publishing_of(version: TextVersion) -> dict[str, Any]:
    """What the journal keeps of putting a version into force."""
    return {
        "version": version.number,
        "in_force_at": _day(version, version.in_force_at),
        "checked_by": version.checked_by,
    }


def version_name(told: TextKind, number: int) -> str:
    return _("%(text)s, version %(n)s") % {"text": told.label, "n": number}


def _day(version: TextVersion, moment: datetime.datetime | None) -> str:
    """A moment as the team reads it, where the community is."""
    return timezone.localtime(moment, version.community.zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def _iso(moment: datetime.datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _record(
    by: Membership, act: str, version: TextVersion, before: dict[str, Any], after: dict[str, Any]
) -> None:
    record(
        by,
        act,
        what=version_name(version.told, version.number),
        about=f"{version.kind} {version.number}",
        before=before,
        after=after,
    )
