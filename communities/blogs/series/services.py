"""Starting a series, putting articles into it, their order, and its end. Each act holds the series first."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.blogs.models import ArticleSeries, SeriesPart
from communities.blogs.own.services import refuse_without_blog
from communities.blogs.series.exceptions import SeriesChanged, SeriesError
from communities.blogs.series.models import LONGEST_SLUG, LONGEST_TITLE, MOST_PARTS
from communities.blogs.series.permissions import (
    can_add_part,
    can_edit_series,
    can_end_series,
    can_start_series,
)
from communities.content.models import Space, Thread
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.letters import slug_of
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.queries import hold_member
from communities.signals import naming

# As many series of one name find an address; then a number of its own is taken.
TRIES = 50


@transaction.atomic
def start_series(space: Space, *, by: Membership, community: Community, title: str) -> ArticleSeries:
    """Begin a series without articles, which nobody else sees until there is one to read.

    Raises NotAllowed, OwnBlogNeeded, TooFast, SeriesError without a title, and what `naming` refuses.
    """
    hold_member(by)
    if not can_start_series(by, space):
        raise NotAllowed
    refuse_without_blog(space, by=by)
    title = _title(title, by)
    count_act(by, Limited.START)
    series = ArticleSeries(
        space=space, started_by=by, title=title, language=space.language or community.language
    )
    _store_at_free_address(series)
    return series


def _title(title: str, by: Membership) -> str:
    title = one_line(title)[:LONGEST_TITLE]
    if not title:
        raise SeriesError(_("Give the series a title first."), field="title")
    naming.send(sender=Membership, membership=by, words=[title])
    return title


def _store_at_free_address(series: ArticleSeries) -> None:
    base = slug_of(series.title, LONGEST_SLUG - 4) or "series"
    for number in range(1, TRIES):
        series.slug = base if number == 1 else f"{base}-{number}"
        try:
            with transaction.atomic():
                series.save(force_insert=True)
        except IntegrityError:
            series.pk = None
            continue
        return
    raise SeriesError(_("There are already many series with this title. Give it another one."), field="title")


@transaction.atomic
def rename_series(series: ArticleSeries, *, by: Membership, title: str, version: int | None = None) -> None:
    """Call it something else; its address stays. `version` is the one that the form was opened on.

    Raises NotAllowed, SeriesChanged, SeriesError, TooFast, and what `naming` refuses.
    """
    held = _held(series)
    if not can_edit_series(by, held):
        raise NotAllowed
    if version is not None and version != held.version:
        raise SeriesChanged
    count_act(by, Limited.EDIT)
    held.title = _title(title, by)
    held.version += 1
    held.save(update_fields=["title", "version"])


@transaction.atomic
def add_part(series: ArticleSeries, *, by: Membership, thread: Thread) -> bool:
    """Put an article at the end; one that is not published waits there unseen. False where it stands in it already.

    Raises NotAllowed, and SeriesError for an article of another series, and for more than fit.
    """
    held = _held(series)
    if not can_add_part(by, held, thread):
        raise NotAllowed
    # What has gone to another space left its place there.
    SeriesPart.objects.filter(thread=thread).exclude(series__space_id=thread.space_id).delete()
    places = list(SeriesPart.objects.filter(series=held).values_list("place", flat=True))
    if len(places) >= MOST_PARTS:
        raise SeriesError(
            _("A series has %(most)s articles at most.") % {"most": MOST_PARTS}, field="article"
        )
    place = max(places, default=-1) + 1
    made = SeriesPart(thread=thread, series=held, place=place)
    # Of two who put it into two series at once, the second one finds it taken.
    SeriesPart.objects.bulk_create([made], ignore_conflicts=True)
    stands: SeriesPart = SeriesPart.objects.select_related("series").get(thread=thread)
    if stands.series_id != held.pk:
        said = _("It is already in the series “%(title)s”. Take it out of that one first.")
        raise SeriesError(said % {"title": stands.series.title}, field="article")
    return bool(stands.place == place)


@transaction.atomic
def move_part(series: ArticleSeries, *, by: Membership, thread: int, up: bool) -> bool:
    """Put an article one place up or down; False where there is none to go to. Raises NotAllowed."""
    held = _held(series)
    if not can_edit_series(by, held):
        raise NotAllowed
    here = SeriesPart.objects.filter(series=held, thread__space_id=held.space_id)
    order = list(here.order_by("place", "thread_id"))
    at = next((n for n, part in enumerate(order) if part.thread_id == thread), None)
    to = None if at is None else at + (-1 if up else 1)
    if at is None or to is None or not 0 <= to < len(order):
        return False
    order[at], order[to] = order[to], order[at]
    for place, part in enumerate(order):
        part.place = place
    SeriesPart.objects.bulk_update(order, ["place"])
    return True


@transaction.atomic
def take_out_part(series: ArticleSeries, *, by: Membership, thread: int) -> bool:
    """Take an article out, which stays where it is; False where it is not in it. Raises NotAllowed."""
    held = _held(series)
    if not can_edit_series(by, held):
        raise NotAllowed
    return bool(SeriesPart.objects.filter(series=held, thread_id=thread).delete()[0])


@transaction.atomic
def end_series(series: ArticleSeries, *, by: Membership) -> None:
    """Take a series away; its articles stay. Raises NotAllowed."""
    held = _held(series)
    if not can_end_series(by, held):
        raise NotAllowed
    held.delete()


def move_series(source: Space, target: Space) -> None:
    """All that stood in a space stands in another one now: its series go along."""
    ArticleSeries.objects.filter(space=source).update(space=target, version=F("version") + 1)


def _held(series: ArticleSeries) -> ArticleSeries:
    """As it is stored now, and nobody else’s until the transaction ends. Raises NotAllowed for one that has ended."""
    held: ArticleSeries | None = (
        ArticleSeries.objects.select_for_update(of=("self",)).filter(pk=series.pk).first()
    )
    if held is None:
        raise NotAllowed
    held.space = series.space
    return held
