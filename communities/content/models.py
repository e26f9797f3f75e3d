"""Space → Thread → Post: what every kind of content shares. Tables and indexes are those of the content
model decision (docs/decisions/0002-content-model.md); text vectors and composite keys are made in SQL."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from communities.content.managers import (
    POSTS_PER_PAGE,
    AttachmentManager,
    PostManager,
    SpaceManager,
    SubscriptionManager,
    TagManager,
    ThreadManager,
)
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership, slug_rule
from communities.scoping import CommunityOwned


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PENDING = "pending", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    HIDDEN = "hidden", _("Hidden")
    REMOVED = "removed", _("Removed")
    DELETED = "deleted", _("Deleted")
    PURGED = "purged", _("Purged")


class UUIDv7(models.Func):
    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class Space(CommunityOwned):
    """A place with rules: who reads, who writes, how it is moderated."""

    class Kind(models.TextChoices):
        BLOG = "blog", _("Blog")
        FORUM = "forum", _("Forum")
        IDEAS = "ideas", _("Ideas box")
        EVENTS = "events", _("Calendar")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        MEMBERS = "members", _("Members")
        TEAM = "team", _("The team")

    class Posting(models.TextChoices):
        MEMBERS = "members", _("All members")
        AUTHORS = "authors", _("Named authors and the team")
        TEAM = "team", _("The team")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    slug = models.CharField(_("address"), max_length=80, validators=[slug_rule])
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=600, blank=True)
    prompt = models.CharField(_("invitation to write"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    drawing = models.CharField(_("drawing"), max_length=40, blank=True)
    audience = models.CharField(_("who may read"), max_length=8, choices=Audience, default=Audience.PUBLIC)
    posting = models.CharField(
        _("who may start threads"), max_length=8, choices=Posting, default=Posting.MEMBERS
    )
    replies_open = models.BooleanField(_("members may reply"), default=True)
    mode = models.CharField(
        _("moderation"), max_length=8, blank=True, help_text=_("Empty: as the community.")
    )
    asks = models.BooleanField(_("threads are questions"), default=False)
    place = models.PositiveSmallIntegerField(_("order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)
    settings = models.JSONField(default=dict, blank=True)
    authors = models.ManyToManyField(Membership, through="SpaceAuthor", related_name="+", blank=True)

    objects = SpaceManager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="space_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="space_slug_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["blog", "forum", "ideas", "events"]), name="space_kind"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["public", "members", "team"]), name="space_audience"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def minimum(self) -> int:
        """So many threads it must hold to stand in the lists while a launch is under way."""
        return int(self.settings.get("minimum", 3 if self.kind == self.Kind.FORUM else 1))

    @property
    def folded(self) -> bool:
        """Whether it is left out of the lists for now, because it is almost empty; what it holds stays readable."""
        return bool(self.settings.get("folded"))

    def get_absolute_url(self) -> str:
        name = "blogs:show-blog" if self.kind == self.Kind.BLOG else "forums:show-space"
        return reverse(name, args=[self.slug])


class SpaceAuthor(CommunityOwned):
    """Who may write in a space that names its authors."""

    space = OwnedForeignKey(Space, models.CASCADE, related_name="author_links")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "membership"], name="space_author_once")]
        indexes = [models.Index(fields=["membership"], name="space_author_membership")]


class Thread(CommunityOwned):
    """Whatever has a title: an article, a topic, a question. Its first post (position 1) is its body."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        TOPIC = "topic", _("Topic")
        QUESTION = "question", _("Question")
        ANNOUNCEMENT = "announcement", _("Announcement")
        IDEA = "idea", _("Idea")
        EVENT = "event", _("Event")

    space = OwnedForeignKey(Space, models.PROTECT, related_name="threads")
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="threads")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    slug = models.CharField(_("address"), max_length=80)
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    pinned = models.PositiveSmallIntegerField(default=0)
    locked = models.BooleanField(default=False)
    locked_reason = models.CharField(max_length=200, blank=True)
    answered = models.BooleanField(default=False)
    solved = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    scheduled_for = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    last_position = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    reaction_count = models.PositiveIntegerField(default=0)
    vote_score = models.IntegerField(default=0)
    last_author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ThreadManager()
    tags = TaggableManager(through="content.TaggedThread", blank=True)

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="thread_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="thread_slug_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="thread_state"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="thread_published_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(scheduled_for__isnull=False), name="thread_scheduled_for"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "space", "-pinned", "-last_activity_at", "-id"],
                name="thread_list",
                condition=Q(last_activity_at__isnull=False),
            ),
            models.Index(
                fields=["community", "space", "-published_at", "-id"],
                name="thread_blog",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                fields=["community", "-published_at", "-id"],
                name="thread_new",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                fields=["community", "-published_at", "-id"],
                name="thread_open",
                condition=Q(kind="question", answered=False, solved=False, state="published"),
            ),
            models.Index(
                fields=["community", "author", "-id"],
                name="thread_mine",
                condition=Q(state__in=["draft", "scheduled", "pending"]),
            ),
            models.Index(fields=["scheduled_for"], name="thread_due", condition=Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.kind == self.Kind.ARTICLE:
            return reverse("blogs:show-article", args=[self.space.slug, self.slug])
        return reverse("forums:show-thread", args=[self.slug])

    def page_of(self, position: int) -> int:
        return (max(position, 1) - 1) // POSTS_PER_PAGE + 1

    def url_of(self, position: int) -> str:
        """The permalink of a post: its page is arithmetic, so no query finds it."""
        page = self.page_of(position)
        query = f"?page={page}" if page > 1 else ""
        return f"{self.get_absolute_url()}{query}#p-{position}"

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def awaits_answer(self) -> bool:
        """A question that nobody has answered; the queries' name for it is `unanswered`."""
        return self.kind == self.Kind.QUESTION and not (self.answered or self.solved)

    @property
    def last_page(self) -> int:
        return self.page_of(self.last_position)


class ThreadTitle(CommunityOwned):
    """A thread's title for search, apart from Thread: a text index on a row that every reply updates costs
    three quarters of the write. The `vector` column is generated in the database."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="searchable_title")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)


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
    submission = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    revision_count = models.PositiveSmallIntegerField(default=0)
    reaction_count = models.PositiveIntegerField(default=0)
    reactions = models.JSONField(default=dict, blank=True)

    objects = PostManager()
    # Set by `edit_post` where screening kept the approved text public.
    edit_waits = False

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
        ]
        indexes = [
            models.Index(fields=["community", "author", "-id"], name="post_by"),
            models.Index(
                fields=["community", "author", "thread"],
                name="post_mine",
                condition=Q(state__in=["draft", "scheduled", "pending"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.position}"

    @property
    def is_body(self) -> bool:
        return self.position == 1

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

    class Meta:
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

    class Meta:
        verbose_name = _("waiting change")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="pending_edit_owned"),
            models.UniqueConstraint(fields=["post"], condition=Q(state="waiting"), name="pending_edit_once"),
        ]


class Reaction(CommunityOwned):
    """One member's one-press answer to a post."""

    class Kind(models.TextChoices):
        USEFUL = "useful", _("Useful")
        THANKS = "thanks", _("Thanks")
        SAME_HERE = "same_here", _("Same here")

    pk = models.CompositePrimaryKey("post_id", "membership_id", "kind")
    post = OwnedForeignKey(Post, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["membership", "created_at"], name="reaction_by")]


class ReadMarker(CommunityOwned):
    """How far a member has read a thread: unread = last_position − position, one subtraction."""

    pk = models.CompositePrimaryKey("membership_id", "thread_id")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    seen_at = models.DateTimeField(default=timezone.now)


class Subscription(CommunityOwned):
    """A member follows a thread or a space."""

    class Level(models.TextChoices):
        FOLLOW = "follow", _("Following")
        MUTE = "mute", _("Not following")

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    thread = OwnedForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="+")
    space = OwnedForeignKey(Space, models.CASCADE, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=8, choices=Level, default=Level.FOLLOW)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SubscriptionManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "membership"],
                condition=Q(thread__isnull=False),
                name="subscription_thread_once",
            ),
            models.UniqueConstraint(
                fields=["space", "membership"],
                condition=Q(space__isnull=False),
                name="subscription_space_once",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=False, space__isnull=True)
                | Q(thread__isnull=True, space__isnull=False),
                name="subscription_one_target",
            ),
        ]
        indexes = [models.Index(fields=["membership"], name="subscription_by")]


class Mention(CommunityOwned):
    """@handle in a post: who was named."""

    post = OwnedForeignKey(Post, models.CASCADE, related_name="mentions")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "membership"], name="mention_once")]
        indexes = [models.Index(fields=["membership", "-id"], name="mention_of")]


class Attachment(CommunityOwned):
    """A picture in a post; until its post is written it belongs to its uploader alone."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    post = OwnedForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="attachments")
    uploader = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=60)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    alt = models.CharField(_("description for those who do not see it"), max_length=300, blank=True)
    renditions = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AttachmentManager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="attachment_owned")]
        indexes = [
            models.Index(fields=["post"], name="attachment_post"),
            models.Index(fields=["uploader"], name="attachment_uploader"),
            models.Index(fields=["created_at"], name="attachment_orphan", condition=Q(post__isnull=True)),
        ]


class Tag(CommunityOwned, TagBase):
    """A word that files threads, within one community."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.CharField(_("address"), max_length=80)
    thread_count = models.PositiveIntegerField(default=0)

    objects = TagManager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="tag_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="tag_slug_once"),
            models.UniqueConstraint("community", Lower("name"), name="tag_name_once"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("content:show-tag", args=[self.slug])


class TaggedThread(CommunityOwned, ItemBase):
    """A tag on a thread; the thread's publication time is copied so that a tag page needs one index."""

    tag = OwnedForeignKey(Tag, models.CASCADE, related_name="tagged")
    content_object = OwnedForeignKey(Thread, models.CASCADE, related_name="tag_links", db_column="thread_id")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_thread_once")]
        indexes = [
            models.Index(
                fields=["tag", "-published_at", "-content_object"],
                name="tagged_thread_list",
                condition=Q(published_at__isnull=False),
            )
        ]


class Redirect(CommunityOwned):
    """A former address: from a renamed thing or another system; answered with 301."""

    path = models.CharField(max_length=400)
    target = models.CharField(max_length=400)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "path"], name="redirect_path_once")]
