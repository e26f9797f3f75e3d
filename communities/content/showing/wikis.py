"""What is said above a text that members edit: that they may, and who did last."""

from __future__ import annotations

from html import escape

from django.db.models import Case, CharField, OuterRef, Subquery, When
from django.utils.translation import gettext as _

from communities.content.managers import PostQuerySet
from communities.content.models import Post, Revision
from communities.content.permissions import can_open_wiki
from communities.models import Membership
from communities.templatetags.parvis import icon


def with_last_editor(posts: PostQuerySet) -> PostQuerySet:
    """Adds `wiki_by`, who changed a wiki last: asked for texts that are one, within the same statement."""
    versions = Revision.objects.filter(
        community_id=OuterRef("community_id"), post_id=OuterRef("pk"), number__gte=OuterRef("wiki_from")
    )
    last = Subquery(versions.order_by("-number").values("editor__display_name")[:1])
    annotated: PostQuerySet = posts.annotate(
        wiki_by=Case(When(wiki_from__isnull=False, then=last), default=None, output_field=CharField())
    )
    return annotated


def wiki_note(post: Post, by: Membership | None, prefix: str) -> str:
    """The line above a wiki, with the way to end it for who may; "" above any other text."""
    if post.wiki_from is None:
        return ""
    said, name = _("Members may edit this text."), getattr(post, "wiki_by", None)
    if name:
        edited = _("Last edited by %(name)s.") % {"name": name}
        said = f"{said} {edited}"
    link = ""
    if can_open_wiki(by, post):
        label = escape(_("Who may edit it"))
        link = f' <a href="{prefix}p/{post.public_id}/wiki/">{label}</a>'
    sign = icon("edit", size="s")
    return f'<p class="status">{sign}<span dir="auto">{escape(said)}</span>{link}</p>'
