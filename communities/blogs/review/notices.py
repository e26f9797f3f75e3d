"""What editors and authors are told of an article on its way."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.blogs.review.models import ArticleReview
from communities.blogs.review.permissions import can_review_articles, is_reviewed, reviewed_by
from communities.content.audiences import spaces_of
from communities.content.models import State
from communities.launch.features import is_open
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


class _OfReview(Notice):
    """As long as the article stands where the line says: one question for all such lines."""

    mail_kind = "news"

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not is_open(reading.community, reading.membership, "blogs"):
            return False
        line.review = self._reviews(reading).get(line.thread_id)
        return (
            line.review is not None
            and line.occasion == f"{line.thread_id} {line.review.round}"
            and self.holds(line.review, reading.membership)
        )

    def _reviews(self, reading: Reading) -> dict[int, ArticleReview]:
        if "article reviews" not in reading.memo:
            threads = {line.thread_id for line in reading.lines if line.kind in NAMES}
            rows = ArticleReview.objects.filter(thread__in=threads).select_related("thread__space")
            reading.memo["article reviews"] = {review.pk: review for review in rows}
        found: dict[int, ArticleReview] = reading.memo["article reviews"]
        return found

    def is_asked(self, membership: Membership) -> bool:
        """Where some blog has editors; its own row says nothing of who writes there. No query."""
        return any(is_reviewed(space) for space in spaces_of(membership.community_id))

    def holds(self, review: ArticleReview, reader: Membership) -> bool:
        raise NotImplementedError

    def title(self, line: Line) -> str:
        return str(line.review.thread.title)

    def address(self, line: Line) -> str:
        thread = line.review.thread
        return reverse("blogs:review-article", args=[thread.space.slug, thread.slug])


@declare
class ArticleSubmitted(_OfReview):
    """An editor is told that an article waits for them, until somebody has decided."""

    name = "article_submitted"
    label = gettext_lazy("Article to read")
    heading = Heading.RUNNING
    icon = "book"
    order = 14
    question = gettext_lazy("An article is sent to me as an editor")
    can_wait = False

    def is_asked(self, membership: Membership) -> bool:
        return bool(reviewed_by(membership, membership.community_id))

    def holds(self, review: ArticleReview, reader: Membership) -> bool:
        waits = review.is_submitted and review.thread.state == State.DRAFT
        return waits and can_review_articles(reader, review.thread.space)

    def sentence(self, line: Line) -> str:
        return _("“%(title)s” waits for an editor") % {"title": self.title(line)}

    def words(self, line: Line) -> Words:
        return Words(
            _("Its author has sent it: read it, note what should change, give it back or approve it."),
            _("Read the article"),
            _("You are an editor of this blog."),
            self.sentence(line),
        )


@declare
class ArticleReturned(_OfReview):
    name = "article_returned"
    label = gettext_lazy("Article given back")
    heading = Heading.TEXTS
    icon = "undo"
    order = 15
    question = gettext_lazy("An editor gives an article of mine back")

    def holds(self, review: ArticleReview, reader: Membership) -> bool:
        return bool(review.state == ArticleReview.State.RETURNED)

    def sentence(self, line: Line) -> str:
        return _("“%(title)s” comes back to you with notes") % {"title": self.title(line)}

    def words(self, line: Line) -> Words:
        return Words(
            _("The notes are beside the text. Make the changes, and send it again."),
            _("Read the notes"),
            _("You sign this article."),
            self.sentence(line),
        )


@declare
class ArticleApproved(_OfReview):
    name = "article_approved"
    label = gettext_lazy("Article approved")
    heading = Heading.TEXTS
    icon = "check"
    order = 16
    question = gettext_lazy("An editor approves an article of mine")

    def holds(self, review: ArticleReview, reader: Membership) -> bool:
        stands = review.thread.state in (State.PUBLISHED, State.SCHEDULED, State.PENDING)
        return stands and bool(review.state == ArticleReview.State.APPROVED)

    def sentence(self, line: Line) -> str:
        return _("“%(title)s” is approved") % {"title": self.title(line)}

    def words(self, line: Line) -> Words:
        leads = {
            State.SCHEDULED: _("It appears on the day that its editor has set."),
            State.PENDING: _("A moderator reads it before it appears."),
        }
        lead = leads.get(line.review.thread.state, _("It is published."))
        return Words(lead, _("See the article"), _("You sign this article."), self.sentence(line))


NAMES = frozenset({ArticleSubmitted.name, ArticleReturned.name, ArticleApproved.name})
