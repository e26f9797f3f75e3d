"""What members say of their own blogs: cleared by a moderator and never by a rule, and put back as it was.

The articles in a blog are texts, and judged as such.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import FEATURE, holds_own
from communities.blogs.own.services import WORDS, clear_blog, put_back_blog
from communities.content.models import Space
from communities.content.viewers import readable_spaces, viewer_of
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from moderation.models import Case, Decision
from moderation.permissions import can_approve_post, can_remove_post, can_restore_removed_post
from moderation.services.opening import forget_thing
from moderation.subjects.acts import Act, Order, does_nothing
from moderation.subjects.base import Judged, Subject, register_subject
from moderation.subjects.words import Words
from moderation.vocabulary import Act as Name
from moderation.vocabulary import Outcome

# Beside those of profiles, which are cleared as well.
CLEAR, CLEARED = "clear_blog", "blog_cleared"


def may_leave(by: Membership, case: Case, _blog: OwnBlog, _last: Decision | None) -> bool:
    return case.is_open and can_approve_post(by, case)


def may_clear(by: Membership, case: Case, _blog: OwnBlog, _last: Decision | None) -> bool:
    return case.is_open and can_remove_post(by, case)


def may_put_back(by: Membership, case: Case, _blog: OwnBlog, last: Decision | None) -> bool:
    cleared = last is not None and last.act == CLEAR
    return not case.is_open and cleared and can_restore_removed_post(by, case, last)


def clear(order: Order) -> None:
    clear_blog(order.thing)


def put_back(order: Order) -> None:
    if order.last is not None:
        put_back_blog(order.thing, order.last.kept)


ACTS = (
    Act(
        name=Name.APPROVE,
        done=Name.APPROVE.label,
        label=_("Let it be read"),
        key="a",
        outcome=Outcome.APPROVED,
        may=may_leave,
        does=does_nothing,
        offer=_("Leave it as it is"),
    ),
    Act(
        name=CLEAR,
        done=_("Words of the blog cleared"),
        label=_("Clear its name and words"),
        key="r",
        outcome=CLEARED,
        outcome_label=_("Words of the blog cleared"),
        may=may_clear,
        does=clear,
        about=_("It then takes its owner’s name. Articles stay; each is judged separately."),
        bad=True,
        needs_ground=True,
        headline=_("The name and words of your blog were cleared"),
        effect=_("Your blog stays, under your name, with its articles and its followers."),
        answer=_("The words of the blog were cleared."),
    ),
    Act(
        name=Name.RESTORE,
        done=Name.RESTORE.label,
        label=_("Restore"),
        key="a",
        outcome=Outcome.RESTORED,
        may=may_put_back,
        does=put_back,
        about=_("What was cleared, where nothing new has been written."),
        needs_reason=True,
        headline=_("The words of your blog are back"),
        effect=_("We were wrong. What your blog said is back. Our apologies."),
    ),
)


class OwnBlogSubject(Subject[OwnBlog]):
    name = "own_blog"
    model = OwnBlog
    label = _("Member’s blog")
    acts = ACTS
    words = Words(
        heading=_("What the blog says about itself"),
        concerned=_("Its owner"),
        none_reported=_("Nobody reported this text."),
        weight=_("Weight %(weight)s. No rule takes a page away: a person decides."),
        ground_help=_("The rule that its owner reads. Needed to clear name and words."),
        why_back=_("(why the words come back)"),
        decided=_("Decision about your blog, ref. %(ref)s"),
        returned=_("The words of your blog are back: our apologies"),
        returned_lead=_("We were wrong. What your blog said is back. Our apologies."),
        said=_("Your blog"),
        only_a_rule=_("This is a rule of the place; we do not say that the blog is illegal."),
        report_title=_("Report this blog"),
        report_lead=_(
            "For its name and what it says about itself; an article is reported under its own text. "
            "A person reads every report, and its owner does not learn who you are."
        ),
        own=_("This is your own blog: you can change what it says."),
    )
    doors = ("own-blog",)
    feature = FEATURE
    # Who ends a blog, or leaves, locks it before what is open about it; nobody waits for each other.
    locks_first = True

    def columns(self, thing: OwnBlog) -> dict[str, Any]:
        return super().columns(thing) | {"space_id": thing.space_id}

    def title_of(self, thing: OwnBlog) -> str:
        """Not its owner’s name: a case keeps it."""
        return thing.name or gettext("Member’s blog")

    def author_of(self, thing: OwnBlog) -> Membership:
        return thing.owner

    def address_of(self, thing: OwnBlog) -> str:
        return thing.get_absolute_url()

    def text_of(self, thing: OwnBlog) -> str:
        return "\n".join(filter(None, (thing.title, thing.about)))

    def snapshot_of(self, thing: OwnBlog) -> dict[str, Any]:
        return {name: getattr(thing, name) for name in WORDS}

    def words_kept(self, kept: dict[str, Any]) -> str:
        return "\n".join(filter(None, (kept.get(name, "") for name in WORDS)))

    def judged(self, case: Case, thing: OwnBlog, *, act: str, last: Decision | None = None) -> Judged:
        said = last.kept if act == Name.RESTORE and last is not None else self.snapshot_of(thing)
        return Judged(self.words_kept(said), kept=said if act == CLEAR else {})

    def excerpt_of(self, text: str) -> str:
        return truncatechars(text, 3000)

    def find(self, request: CommunityRequest, door: str, key: str) -> OwnBlog | None:
        return self._in(readable_spaces(request.community, viewer_of(request)), key)

    def find_for_team(self, request: MemberRequest, key: str) -> OwnBlog | None:
        looked_after = set(viewer_of(request).staff_space_ids)
        spaces = readable_spaces(request.community, viewer_of(request))
        blog = self._in([space for space in spaces if space.pk in looked_after], key)
        return blog if blog is not None and blog.owner_id != request.membership.pk else None

    def _in(self, spaces: list[Space], key: str) -> OwnBlog | None:
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        held = [space for space in spaces if holds_own(space)]
        blog: OwnBlog | None = OwnBlog.objects.shown_in(held).filter(pk=int(key)).first()
        return blog

    def can_report(self, by: Membership | None, thing: OwnBlog) -> bool:
        return thing.owner.is_active and (by is None or by.pk != thing.owner_id)


register_subject(OwnBlogSubject())


@receiver(pre_delete, sender=OwnBlog, dispatch_uid="moderation.own_blog_ends")
def follow_end(sender: type[OwnBlog], instance: OwnBlog, **_extra: Any) -> None:
    """There is nothing left to judge, and nothing is kept of what nobody has judged."""
    held = OwnBlog.objects.select_for_update(of=("self",)).filter(pk=instance.pk).first()
    if held is not None:
        # What cases are called from now on says nothing of whose it was.
        held.name = ""
        forget_thing(held)
