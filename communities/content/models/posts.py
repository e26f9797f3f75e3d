"""Posts, their earlier versions, and the changes that wait for a moderator."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.managers import PostManager
from communities.content.models.declared import THREAD_KINDS
from communities.content.models.states import State
from communities.content.models.threads import Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, EMPTY, KEEP, Personal


class UUIDv7(models.Func):
    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class Post(CommunityOwned):
    """One message in a thread. `body_html` is sanitised and rendered when written; `body_source` is what the
    editor gets back. The generated `vector` column exists in the database only."""

    class Format(models.TextChoices):
        HTML = "html", "HTML"
        MARKDOWN = "markdown", "Markdown"

    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="posts")
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="posts")
    public_id = models.UUIDField(db_default=UUIDv7(), editable=False)
    position = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    language = models.CharField(_("language"), max_length=8)
    body_html = models.TextField()
    body_source = models.TextField(blank=True)
    body_format = models.CharField(max_length=8, choices=Format, default=Format.HTML)
    mode = models.CharField(_("moderation mode in force"), max_length=8, blank=True)
    # The rule named in the line left where a withdrawn post was; the whole reason is moderation's to tell.
    ground = models.CharField(
        _("rule it was withdrawn under"), max_length=12, blank=True, default="", db_default=""
    )
    # Said under a question as a comment, by who wrote it or by the old site: no answer itself.
    is_comment = models.BooleanField(default=False, db_default=False, editable=False)
    # Written for a reward, as the law on influence has readers told. Set with the publication, in the database and for
    # every way of writing, by whoever knows of rewards (`communities/animation/ambassadors`); never taken away again.
    rewarded = models.BooleanField(default=False, db_default=False, editable=False)
    # Members may edit it, and read its versions from this one on; None for most, which their author alone edits.
    wiki_from = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    # What stands under a reply, as `Thread.inset` says of a first text; empty for most, which then ask for nothing.
    inset = models.CharField(max_length=8, blank=True, default="", db_default="", editable=False)
    submission = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    # Whom it concerns has not been told yet: set with the publication, gone with the news. A job tells, and a later one
    # tells what no job was asked for.
    news_due_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    revision_count = models.PositiveSmallIntegerField(default=0)
    reaction_count = models.PositiveIntegerField(default=0)
    reactions = models.JSONField(default=dict, blank=True)

    objects = PostManager()
    # Set by `edit_post` where screening kept the approved text public.
    edit_waits = False
    # Set by `reply_to`, where the statement that placed it has forgotten what was kept of its sending.
    has_taken_draft = False

    personal = (
        Personal(
            "author",
            DELETE,
            among={"state__in": [State.DRAFT, State.SCHEDULED]},
            part="drafts",
            why="What nobody has read goes with whoever wrote it.",
        ),
        Personal(
            "author",
            KEEP,
            with_texts=EMPTY,
            exported_as="posts",
            withheld=("mode",),
            why="The leaver chooses. A deleted text keeps its place, so that replies stay readable.",
        ),
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="post_owned"),
            models.UniqueConstraint(fields=["public_id"], name="post_public_id_once"),
            models.UniqueConstraint(fields=["community", "thread", "position"], name="post_place"),
            models.UniqueConstraint(
                fields=["author", "submission"],
                condition=Q(submission__isnull=False),
                name="post_submission_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="post_state"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(position__isnull=False, published_at__isnull=False),
                name="post_published_place",
            ),
            # Nothing else could say so of what begins a thread.
            models.CheckConstraint(condition=Q(is_comment=False) | ~Q(position=1), name="post_comment_place"),
        ]
        indexes = [
            models.Index(fields=["community", "author", "-id"], name="post_by"),
            models.Index(
                fields=["community", "author", "thread"],
                name="post_mine",
                condition=Q(state__in=["draft", "scheduled", "pending"]),
            ),
            # What was written in a span of days: gauges, members’ days.
            models.Index(
                fields=["community", "published_at"],
                name="post_published",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                fields=["news_due_at"], name="post_news_due", condition=Q(news_due_at__isnull=False)
            ),
            models.Index(fields=["thread"], name="post_comment_in", condition=Q(is_comment=True)),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.position}"

    @property
    def is_body(self) -> bool:
        return self.position == 1

    @property
    def label(self) -> str:
        """What it is, in a word: the kind of its thread, or a reply."""
        kind = THREAD_KINDS[self.thread.kind]
        opens = self.is_body or not self.thread.last_position
        return str(kind.label if opens else kind.kind.reply_label)

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        """Its place stays, its text does not show."""
        return self.state in (State.HIDDEN, State.REMOVED, State.DELETED, State.PURGED)


class Revision(CommunityOwned):
    """One earlier state of a post's text, kept when it is edited."""

    post = OwnedForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    editor = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    body_source = models.TextField()
    body_html = models.TextField()
    body_format = models.CharField(max_length=8, choices=Post.Format, default=Post.Format.HTML)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal("editor", KEEP, why="Earlier words of a post go with the post, whoever changed them."),
    )

    class Meta:
        indexes = [
            models.Index(fields=["editor"], name="revision_editor", condition=models.Q(editor__isnull=False))
        ]
        verbose_name = _("version")
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_once")]


class PendingEdit(CommunityOwned):
    """A new text of a published post that waits for a moderator; the approved one stays public meanwhile."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a moderator")
        APPROVED = "approved", _("Published")
        REFUSED = "refused", _("Not published")
        REPLACED = "replaced", _("Replaced by its author")

    post = OwnedForeignKey(Post, models.CASCADE, related_name="pending_edits")
    editor = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.PositiveSmallIntegerField()
    body_source = models.TextField()
    body_html = models.TextField()
    body_format = models.CharField(max_length=8, choices=Post.Format, default=Post.Format.HTML)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # What else changes: title, tags, and what an article says of itself; see services/waiting.py.
    beside = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (Personal("editor", KEEP, why="A change that waits goes with the post that it changes."),)

    class Meta:
        indexes = [models.Index(fields=["post"], name="pending_edit_post")]
        verbose_name = _("waiting change")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="pending_edit_owned"),
            models.UniqueConstraint(fields=["post"], condition=Q(state="waiting"), name="pending_edit_once"),
        ]
