"""Tagging threads."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from communities.automatic import Occurrence, happened
from communities.content.exceptions import ContentError, TagRequired
from communities.content.models import Space, Tag, TaggedThread, TagWord, Thread
from communities.content.permissions import can_edit_thread
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import is_open_to
from communities.letters import slug_of
from communities.models import Membership
from config.database.prepared import Prepared
from members.signs import cut

MOST_TAGS = 8
LONGEST_TAG = 60
# What automations may begin with; declared in `communities/content/automatic.py`.
TAG_USED = "tag_used"
_BETWEEN_TAGS = re.compile("[,;\n\u060c\u061b\u3001\uff0c\uff1b]")

RECOUNT = """
update content_tag g set thread_count = (
  select count(*) from content_taggedthread l where l.tag_id = g.id and l.published_at is not null)
where g.community_id = %s and g.id = any(%s)
"""
DATE = Prepared(
    "date_tags",
    "update content_taggedthread set published_at = %s where community_id = %s and thread_id = %s returning tag_id",
)
ADD = """
update content_tag g set thread_count = g.thread_count + more.threads
from unnest(%s::bigint[], %s::int[]) as more (id, threads)
where g.community_id = %s and g.id = more.id
"""


@transaction.atomic
def set_tags(thread: Thread, *, by: Membership, names: list[str]) -> list[Tag]:
    """Give a thread exactly these tags; words that differ only in case or accents are the same tag.

    Raises NotAllowed, ContentError for more than eight, TagRequired.
    """
    if not can_edit_thread(by, thread):
        raise NotAllowed
    if not is_open_to(by, "tags"):
        # A form without its tags field must not take away those that were given before.
        return list(thread.tags.all())
    # As an automation does that adds one: of two who write them as a whole, the second sees what the first wrote.
    Thread.objects.select_for_update(of=("self",), no_key=True).filter(pk=thread.pk).first()
    wanted = tag_names(names)
    refuse_unused(wanted)
    if thread.is_published:
        check_required(thread.space, as_kept(wanted))
    return file_under(thread, wanted)


def check_required(space: Space, slugs: Iterable[str]) -> None:
    """Raises TagRequired where a thread has none of the tags that its space asks for; drafts may wait with it."""
    if not space.required_tags:
        return
    # A tag that was renamed or merged since is asked for by the word that stands for it now.
    required = as_kept({slug_of(name, 80): name for name in space.required_tags})
    if required and set(required).isdisjoint(slugs):
        names = get_text_list(list(space.required_tags), _("or"))
        raise TagRequired(_("Threads in this space need one of these tags: %(names)s.") % {"names": names})


def tags_in(typed: str) -> list[str]:
    """The words of a field for tags, between commas of any script, semicolons and line breaks."""
    return [name for part in _BETWEEN_TAGS.split(typed) if (name := one_line(part))]


def tag_names(names: list[str]) -> dict[str, str]:
    """The tags that were typed, by slug. Raises ContentError for more than eight, and for one without a letter."""
    wanted = {slug_of(name, 80): cut(one_line(name), LONGEST_TAG) for name in names if one_line(name)}
    if "" in wanted:
        raise ContentError(_("A tag needs a letter or a digit."))
    if len(wanted) > MOST_TAGS:
        raise ContentError(_("%(most)s tags at most.") % {"most": MOST_TAGS})
    return wanted


def refuse_unused(wanted: Mapping[str, str]) -> None:
    """Raises ContentError for a word that this community does not use as a tag."""
    unused = TagWord.objects.filter(slug__in=list(wanted), tag=None).values_list("name", flat=True).first()
    if unused is not None:
        raise ContentError(_("“%(word)s” is not used as a tag here. Take it out.") % {"word": unused})


def as_kept(wanted: Mapping[str, str]) -> dict[str, str]:
    """The same by the words that the team keeps: another word for a tag becomes that tag, an unused one goes."""
    words = TagWord.objects.filter(slug__in=list(wanted)).select_related("tag")
    tags = {word.slug: word.tag for word in words}
    kept = {}
    for slug, name in wanted.items():
        tag = tags.get(slug)
        if tag is not None:
            kept[tag.slug] = tag.name
        elif slug not in tags:
            kept[slug] = name
    return kept


def file_under(thread: Thread, wanted: dict[str, str]) -> list[Tag]:
    """Give a thread these tags; for acts that have checked who may."""
    tags = _tags_of(as_kept(wanted))
    links = TaggedThread.objects.filter(content_object=thread)
    before = set(links.values_list("tag_id", flat=True))
    links.exclude(tag__in=tags).delete()
    TaggedThread.objects.bulk_create(
        [new_link(thread, tag) for tag in tags],
        ignore_conflicts=True,
    )
    recount_tags(thread.community_id, before | {tag.pk for tag in tags})
    added = [tag for tag in tags if tag.pk not in before]
    if added and thread.is_published:
        happened(TAG_USED, thread.community_id, lambda: tagged(thread, added, timezone.now()))
    return tags


def tagged(thread: Thread, tags: Iterable[Tag], at: datetime.datetime | None = None) -> list[Occurrence]:
    """That a thread carries tags, for automations; without a moment since it is out."""
    moment = at or thread.published_at or thread.created_at
    return [
        Occurrence(
            tag_subject(thread.pk, tag.pk), moment, person=thread.author_id, thread=thread.pk, what=tag.slug
        )
        for tag in tags
    ]


def tag_subject(thread_id: int, tag_id: int) -> str:
    """How a tag on a thread is named: of one that an automation has put there, no other one hears."""
    return f"thread {thread_id} tag {tag_id}"


def _tags_of(wanted: dict[str, str]) -> list[Tag]:
    """The tags of these words, made where there are none; they stay until the transaction ends.

    Whoever merges a tag, or takes its word out of use, just now is waited for: what they decided holds.
    """
    fresh = [Tag(name=name, slug=slug) for slug, name in wanted.items()]
    Tag.objects.bulk_create(fresh, ignore_conflicts=True)
    tags = list(Tag.objects.select_for_update(no_key=True).filter(slug__in=wanted).order_by("pk"))
    kept = as_kept(wanted)
    if kept.keys() == {tag.slug for tag in tags}:
        return sorted(tags, key=lambda tag: tag.name)
    # A tag that was merged while this waited for its name has come back with nothing under it.
    words = [tag.pk for tag in tags if tag.slug not in kept]
    Tag.objects.filter(pk__in=words, tagged__isnull=True).delete()
    return _tags_of(_by_name(kept, there={tag.slug for tag in tags}))


def _by_name(wanted: dict[str, str], *, there: set[str]) -> dict[str, str]:
    """The same, where a tag has the name of one that could not be made, under an address that it had before."""
    tags = Tag.objects.annotate(low=Lower("name"))
    kept = {}
    for slug, name in wanted.items():
        # Seldom, and compared by the database: it knows which letters are one to its index.
        tag = None if slug in there else tags.filter(low=Lower(Value(name))).first()
        kept[tag.slug if tag else slug] = tag.name if tag else name
    return kept


def file_under_tags(filed: Sequence[tuple[Thread, Iterable[Tag]]], *, community_id: int) -> None:
    """Give new threads their tags, many at once; for acts that have checked who may.

    What is new is added to the counts: counting all again would make a large import as slow as the square of its
    threads.
    """
    links = [
        new_link(thread, tag) for thread, tags in filed for tag in {tag.pk: tag for tag in tags}.values()
    ]
    TaggedThread.objects.bulk_create(links)
    more = Counter(link.tag_id for link in links if link.published_at is not None)
    if more:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [list(more), list(more.values()), community_id])


def new_link(thread: Thread, tag: Tag) -> TaggedThread:
    return TaggedThread(content_object=thread, tag=tag, published_at=_dated(thread))


def _dated(thread: Thread) -> datetime.datetime | None:
    """The date that a thread's tags copy: of what is public only, so that a tag's page and its count agree."""
    return thread.published_at if thread.is_published else None


def date_tags(thread: Thread) -> None:
    """Bring the thread's tags in line with its publication: their copied date, and their counts."""
    with connection.cursor() as cursor:
        DATE.run(cursor, [_dated(thread), thread.community_id, thread.pk])
        dated = {tag for (tag,) in cursor.fetchall()}
    if dated:
        recount_tags(thread.community_id, dated)


def recount_tags(community_id: int, tag_ids: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [community_id, sorted(tag_ids)])
