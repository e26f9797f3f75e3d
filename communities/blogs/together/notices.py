"""What people are told of signing an article together."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.blogs.models import CoAuthor
from communities.blogs.permissions import edits_blog_of
from communities.blogs.together.models import CoAuthorInvitation
from communities.content.managers import WAITING
from communities.content.models import Thread
from communities.content.viewers import viewer_for
from communities.launch.features import is_open
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


class _OfSigning(Notice):
    """As long as what it says holds: one question for all such lines."""

    mail_kind = "news"
    icon = "users"

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        line.article = self._threads(reading).get(line.thread_id)
        if line.article is None or not is_open(reading.community, reading.membership, "blogs"):
            return False
        return self.holds(line, reading)

    def _threads(self, reading: Reading) -> dict[int, Thread]:
        if "co-signed threads" not in reading.memo:
            numbers = {line.thread_id for line in reading.lines if line.kind in NAMES}
            readable = viewer_for(reading.community, reading.membership).space_ids
            rows = Thread.objects.filter(pk__in=numbers, space_id__in=readable).select_related("space")
            reading.memo["co-signed threads"] = {
                thread.pk: thread for thread in rows if thread.was_shown or thread.state in WAITING
            }
        found: dict[int, Thread] = reading.memo["co-signed threads"]
        return found

    def signed(self, reading: Reading) -> set[int]:
        """The articles that its reader signs beside the first author."""
        if "co-signed by reader" not in reading.memo:
            signed = CoAuthor.objects.filter(membership=reading.membership)
            reading.memo["co-signed by reader"] = set(signed.values_list("article_id", flat=True))
        found: set[int] = reading.memo["co-signed by reader"]
        return found

    def is_asked(self, membership: Membership) -> bool:
        """Who writes nothing is not asked: a new member has not been invited yet."""
        return membership.can_write

    def holds(self, line: Line, reading: Reading) -> bool:
        raise NotImplementedError

    def name_of(self, line: Line) -> str:
        return line.actor.display_name if line.actor is not None else _("Former member")

    def said(self, line: Line) -> dict[str, str]:
        return {"name": self.name_of(line), "title": line.article.title}

    def address(self, line: Line) -> str:
        thread = line.article
        return reverse("blogs:show-authors", args=[thread.space.slug, thread.slug])


@declare
class CoAuthorAsked(_OfSigning):
    """Somebody is invited to sign an article, until they have answered or the invitation is withdrawn."""

    name = "co_author_asked"
    label = gettext_lazy("Invitation to sign an article")
    heading = Heading.TEXTS
    order = 17
    question = gettext_lazy("I am invited to sign an article with others")

    def holds(self, line: Line, reading: Reading) -> bool:
        if "co-author invitations" not in reading.memo:
            waiting = CoAuthorInvitation.objects.filter(membership=reading.membership, declined_at=None)
            reading.memo["co-author invitations"] = {
                f"{thread} {number}" for thread, number in waiting.values_list("article_id", "pk")
            }
        return line.occasion in reading.memo["co-author invitations"]

    def sentence(self, line: Line) -> str:
        return _("%(name)s asks you to sign “%(title)s”") % self.said(line)

    def words(self, line: Line) -> Words:
        return Words(
            _("Your name appears under it only if you agree. Then you may edit it, too."),
            _("Read it and answer"),
            _("Whoever writes this article has chosen you as a co-author."),
            self.sentence(line),
        )


@declare
class CoAuthorAnswered(_OfSigning):
    """Who asked, and the first author, are told what somebody has said."""

    name = "co_author_answered"
    label = gettext_lazy("Answer to an invitation to sign")
    heading = Heading.TEXTS
    order = 18
    question = gettext_lazy("Somebody answers whether they sign an article of mine")

    def holds(self, line: Line, reading: Reading) -> bool:
        """As long as the page on who signs is its reader’s: whoever asked may have lost that since."""
        if line.thread_id in self.signed(reading):
            return True
        me = reading.membership
        return me.can_write and (line.article.author_id == me.pk or edits_blog_of(me, line.article))

    def sentence(self, line: Line) -> str:
        if str(line.occasion).endswith("signed"):
            return _("%(name)s signs “%(title)s” with you") % self.said(line)
        if str(line.occasion).endswith("again"):
            return _("%(name)s may be asked again to sign “%(title)s”") % self.said(line)
        return _("%(name)s does not sign “%(title)s”") % self.said(line)

    def words(self, line: Line) -> Words:
        return Words(
            _("One page shows who signs it, and who has been asked."),
            _("See who signs it"),
            _("You have asked for it, or it is your article."),
            self.sentence(line),
        )


@declare
class CoAuthorTakenOff(_OfSigning):
    """Somebody’s name no longer stands under an article, by another’s hand."""

    name = "co_author_taken_off"
    label = gettext_lazy("Name taken off an article")
    heading = Heading.TEXTS
    order = 19
    question = gettext_lazy("My name is taken off an article")

    def holds(self, line: Line, reading: Reading) -> bool:
        """Until they sign it again."""
        return line.thread_id not in self.signed(reading)

    def sentence(self, line: Line) -> str:
        return _("Your name no longer appears under “%(title)s”") % self.said(line)

    def words(self, line: Line) -> Words:
        return Words(
            _("%(name)s has taken it off. You can no longer edit this article.") % self.said(line),
            _("See the blog"),
            _("You signed this article with others."),
            self.sentence(line),
        )

    def address(self, line: Line) -> str:
        """A draft is no longer theirs to read."""
        thread: Thread = line.article
        return str((thread if thread.is_published else thread.space).get_absolute_url())


NAMES = frozenset({CoAuthorAsked.name, CoAuthorAnswered.name, CoAuthorTakenOff.name})
