"""That members may edit a text of somebody’s, or no longer."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Post
from communities.models import Membership
from communities.notices import About, Heading, Line, declare
from communities.notifications.notices import PostNotice
from communities.notifications.services import tell
from communities.signals import wiki_set


@declare
class WikiSet(PostNotice):
    """What is true now: it says whichever the text is when the line is read."""

    name = "wiki_set"
    is_read_in_thread = False
    is_about_own = True
    label = gettext_lazy("Who may edit a text of yours")
    heading = Heading.TEXTS
    icon = "edit"
    order = 80
    question = gettext_lazy("The team says who may edit a text of mine")
    act = gettext_lazy("See the text")
    why = gettext_lazy("You wrote this text.")

    def group(self, about: About) -> str:
        """Several changes of one text are one line."""
        return f"wiki {about.post.pk}"

    def sentence(self, line: Line) -> str:
        if line.post is not None and line.post.wiki_from is not None:
            said = _("Members may edit what you wrote in “%(title)s”")
        else:
            said = _("You alone edit what you wrote in “%(title)s”")
        return said % {"title": line.thread.title}

    def subject(self, line: Line) -> str:
        return _("Who may edit what you wrote: {title}")

    def lead(self, line: Line) -> str:
        return f"{self.sentence(line)}."


@receiver(wiki_set, dispatch_uid="notifications.wiki_set")
def tell_its_author(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    if post.author_id is not None and post.author_id != by.pk:
        # The moment makes each time one of its own.
        occasion = f"{post.pk} {timezone.now().isoformat()}"
        tell(WikiSet, [post.author_id], About(thread=post.thread, post=post, actor=by, occasion=occasion))
