"""Brings a Stack Exchange data dump into a community’s forum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from communities.content.kinds import kind_for_import
from communities.content.models import Space
from communities.fields import one_line
from communities.letters import slug_of
from communities.models import Community, Membership
from communities.transfer.arrivals import NewPost, NewThread
from communities.transfer.bringing import Bringing
from communities.transfer.comment_markdown import comment_html
from communities.transfer.course import Course
from communities.transfer.filing import Word
from communities.transfer.media_tree import STACK_EXCHANGE, MediaTree, media_folder
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.old_lists import MAPS, USERS
from communities.transfer.old_questions import OldQuestions
from communities.transfer.people import Person
from communities.transfer.places import Slugs, find_space, make_space, space_language
from communities.transfer.readers.stackexchange import (
    ANSWER,
    QUESTION,
    SeComment,
    SePost,
    SeUser,
    read_comments,
    read_posts,
    read_users,
)
from communities.transfer.renewing import name_what_is_gone
from communities.transfer.report import ImportReport
from communities.transfer.running import (
    StartProgress,
    batches,
    import_run,
    recount,
    silent,
)
from communities.transfer.stackexchange_html import convert_stackexchange
from communities.transfer.staging import StagedEntry, Staging
from members.signs import cut

FORMAT = "stackexchange"
# The number of the background process that edits and asks in its own name.
MACHINE = "-1"
# How the dump’s own site writes a title in an address.
LONGEST_TITLE_SLUG = 80


def import_stackexchange(
    folder: Path,
    *,
    community: Community,
    space: str = "",
    language: str = "",
    site: str = "",
    media: Path | None = None,
    dry_run: bool = False,
    progress: StartProgress = silent,
    by: Membership | None = None,
) -> ImportReport:
    """Bring the questions, answers and comments of a dump in; again, only what is new.

    `space` names an existing forum space, else one is made; `language` is what is spoken there; `site` is the
    host name of the old site: links to it are followed, and a second site gets numbers of its own; `media` is a
    folder or ZIP file with the old pictures. Raises
    UnreadableExport before anything is written, OtherSource when the dump is of another site than the one
    imported under this name, NotAllowed. `by` is who imports, None for the server's operator.
    """
    report = ImportReport(source=site or folder.resolve().name, community=community.slug, dry_run=dry_run)
    course = Course(community, report, by=by, progress=progress)
    with import_run(community, report, by=by):
        bring_stackexchange(folder, course, space=space, language=language, site=site, media=media)
    return report


def bring_stackexchange(
    folder: Path,
    course: Course,
    *,
    space: str = "",
    language: str = "",
    site: str = "",
    media: Path | None = None,
) -> None:
    """The same, part by part, as a course wants it. Raises TransferError."""
    with (
        media_folder(media, beside=course.folder) as pictures,
        TemporaryDirectory(prefix="parvis-import-", dir=course.folder) as temporary,
    ):
        with closing(Staging(Path(temporary))) as staging:
            users = _survey(folder, staging, course.report)
            _StackExchangeImport(course, staging, users, site, pictures).run(space, language)
        recount(course.community)


def _survey(folder: Path, staging: Staging, report: ImportReport) -> dict[str, SeUser]:
    """Read the whole dump once into the staging file; the users who wrote something."""
    staging.add_posts(_counted_posts(read_posts(folder), report))
    staging.add_comments(_counted_comments(read_comments(folder), report))
    orphans = staging.sort()
    if orphans:
        report.lose("orphan", count=orphans)
    writers = staging.writers()
    users: dict[str, SeUser] = {}
    for user in read_users(folder):
        if user.key == MACHINE:
            continue
        if user.key in writers:
            users[user.key] = user
        else:
            report.lose("silent_user")
    return users


def _counted_posts(posts: Iterable[SePost], report: ImportReport) -> Iterator[SePost]:
    for post in posts:
        if post.kind not in (QUESTION, ANSWER):
            report.lose("wiki")
            continue
        report.found["question" if post.kind == QUESTION else "answer"] += 1
        report.found["accepted"] += bool(post.accepted)
        if post.kind == ANSWER and post.score:
            report.lose("votes")
        yield post


def _counted_comments(comments: Iterable[SeComment], report: ImportReport) -> Iterator[SeComment]:
    for comment in comments:
        report.found["comment"] += 1
        if comment.score:
            report.lose("votes")
        yield comment


class _StackExchangeImport(Bringing):
    def __init__(
        self,
        course: Course,
        staging: Staging,
        users: dict[str, SeUser],
        site: str,
        pictures: Path | None,
    ) -> None:
        self.staging = staging
        self.users = users
        host = site.lower().removeprefix("https://").removeprefix("http://").rstrip("/")
        _kind, thread_kind = kind_for_import(FORMAT)
        self.site = OldQuestions(host, staging, thread_kind)
        memory = ImportMemory(f"stackexchange:{host}", course.run, is_nameless=not host)
        super().__init__(
            course, memory, MediaTree(pictures, STACK_EXCHANGE, owns=self.site.owns), format=FORMAT
        )

    def run(self, space: str, language: str) -> None:
        with self.course.part():
            self.site.space = self._space(space, space_language(language, self.community))
            self.filing.bring_in(Word(name, name.replace("-", " ")) for name in self.staging.tags())
            self.report.found["tag"] = len(self.filing.tags)
            self._give_addresses()
            self.writer.redirect(self._addresses_of_lists())
        self.course.resume()
        self.course.expect(_("Questions"), self.report.found["question"])
        for batch in batches(self.staging.threads(self.course.done)):
            with self.course.part(len(batch)):
                self.people.bring_in(person for thread in batch for person in self._people(thread))
                self.write([self._thread(entries) for entries in batch])
        with self.course.part():
            name_what_is_gone(self.memory, self.report, is_there=self._is_there)
        self.course.finish()
        self.report.found["author"] = self.report.made["author"] + self.report.known["author"]

    def _space(self, slug: str, language: str) -> Space:
        if slug:
            return find_space(slug, self.kind.name)
        return make_space(
            self.memory, "questions", name=_("Questions"), kind=self.kind.name, asks=True, language=language
        )

    def _addresses_of_lists(self) -> Iterator[tuple[str, str]]:
        space = self.site.space.get_absolute_url()
        yield "/questions/", space
        yield "/unanswered/", space
        yield "/feeds/", f"{space}feed.xml"
        yield f"/{MAPS[0]}.xml", reverse("content:show-sitemap-index")
        yield "/questions/tagged/", space
        # Who came without claiming it has no page: their questions stand in the list.
        yield USERS, space
        for (_kind, name), tag in self.filing.tags.items():
            yield f"/questions/tagged/{name}", tag.get_absolute_url()

    def _give_addresses(self) -> None:
        slugs = Slugs()
        titles = dict(self.staging.questions())
        kept = self.kept_slugs(titles)
        self.staging.set_slugs(
            (key, kept[key] if key in kept else slugs.take("", unescape(title))[0])
            for key, title in titles.items()
        )

    def _people(self, entries: list[StagedEntry]) -> Iterator[Person]:
        for entry in entries:
            key = _author_key(entry)
            user = self.users.get(entry.author)
            if user is not None:
                bio = " ".join(strip_tags(unescape(user.about)).split())
                yield Person(key, user.name, joined_at=user.joined_at, place=user.place, bio=bio)
            elif key:
                name = entry.name or f"user{entry.author}"
                yield Person(key, name, joined_at=entry.at, is_named=bool(entry.name))

    def _thread(self, entries: list[StagedEntry]) -> NewThread:
        question = entries[0]
        when = question.at or timezone.now()
        title = " ".join(unescape(question.title).split()) or _("Untitled")
        if question.closed:
            self.report.lose("closed")
        return NewThread(
            key=question.id,
            kind=self.thread_kind,
            space_id=self.site.space.pk,
            slug=question.slug,
            title=cut(one_line(title), 200),
            author=_author_key(question),
            written_at=when,
            posts=[self._post(entry, question) for entry in entries],
            locked_reason=_("Closed on the former site.") if question.closed else "",
            score=question.score,
            tags=[
                self.filing.tags[ImportedItem.Kind.TAG, name] for name in question.tags if self._has_tag(name)
            ],
            accepted=f"a{question.accepted}" if question.accepted else "",
            old_paths=_old_paths(question, entries),
            is_dated=question.at is not None,
            label="question",
        )

    def _is_there(self, kind: str, key: str) -> bool:
        """Whether the dump holds a question (by number), an answer or a comment ("a12", "c12")."""
        if kind == ImportedItem.Kind.THREAD:
            return self.staging.holds("q", key)
        return self.staging.holds(key[:1], key[1:])

    def _has_tag(self, name: str) -> bool:
        return (ImportedItem.Kind.TAG, name) in self.filing.tags

    def _post(self, entry: StagedEntry, question: StagedEntry) -> NewPost:
        is_comment = entry.kind == "c"
        converted = convert_stackexchange(
            comment_html(unescape(entry.body)) if is_comment else entry.body,
            site=self.site,
            keep_picture=partial(self.media.keep, thread_key=question.id),
        )
        converted.tell(self.report, " ".join(unescape(question.title).split()))
        return NewPost(
            key=f"{entry.kind}{entry.id}",
            kind=ImportedItem.Kind.ANSWER if entry.kind == "a" else ImportedItem.Kind.REPLY,
            author=_author_key(entry),
            html=converted.html,
            written_at=entry.at or timezone.now(),
            edited_at=entry.edited,
            answers=self._parent_of_comment(entry) if is_comment else "",
            label="comment" if is_comment else "answer",
        )

    def _parent_of_comment(self, entry: StagedEntry) -> str:
        """The key of the post that a comment was written under."""
        return f"q{entry.post}" if self.staging.place_of("q", entry.post) else f"a{entry.post}"


def _author_key(entry: StagedEntry) -> str:
    """The author's key: the number, the name if the account was deleted, "" for the site’s own process."""
    if entry.author:
        return "" if entry.author == MACHINE else entry.author
    return f"name:{entry.name}" if entry.name else ""


def _old_paths(question: StagedEntry, entries: list[StagedEntry]) -> list[tuple[str, str]]:
    """The question’s addresses on the old site, and the short ones of its answers."""
    slug = slug_of(unescape(question.title), LONGEST_TITLE_SLUG)
    paths = [f"/questions/{question.id}", f"/q/{question.id}"]
    if slug:
        paths.append(f"/questions/{question.id}/{slug}")
    answers = [(f"/a/{entry.id}", f"a{entry.id}") for entry in entries if entry.kind == "a"]
    return [(path, "") for path in paths] + answers
