"""Brings a WordPress export into a community."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from html import unescape
from itertools import islice
from pathlib import Path

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from communities.content.addresses import ROOT, local_path
from communities.content.models import Redirect, Space, SpaceAuthor, State, Tag, Thread
from communities.fields import one_line
from communities.models import Community, Membership
from communities.transfer.arrivals import NewPost, NewThread
from communities.transfer.beside import changed_at, is_lost, said_to_engines
from communities.transfer.bodies import stored_address
from communities.transfer.bringing import Bringing
from communities.transfer.course import Course
from communities.transfer.filing import Word
from communities.transfer.media_tree import WORDPRESS, MediaTree, media_folder
from communities.transfer.memory_of_imports import ImportMemory, stored_key
from communities.transfer.models import ImportedItem
from communities.transfer.old_lists import addresses_of_lists, addresses_of_words
from communities.transfer.old_site import OldSite, old_path
from communities.transfer.people import Person
from communities.transfer.places import Slugs, find_space, make_space, space_language
from communities.transfer.readers.wordpress_records import WxrComment, WxrPost
from communities.transfer.renewing import name_what_is_gone
from communities.transfer.report import ImportReport
from communities.transfer.running import (
    StartProgress,
    batches,
    import_run,
    recount,
    silent,
)
from communities.transfer.wordpress_html import convert_wordpress
from communities.transfer.wordpress_survey import (
    NO_CATEGORY,
    TAXONOMIES,
    Survey,
    articles_of,
    asked_path,
    link_keys,
    paths_of,
    sort_trash,
    survey_wordpress,
)
from members.signs import cut

LONGEST_EXCERPT = 400


def import_wordpress(
    path: Path,
    *,
    community: Community,
    space: str = "",
    language: str = "",
    media: Path | None = None,
    dry_run: bool = False,
    progress: StartProgress = silent,
    by: Membership | None = None,
) -> ImportReport:
    """Bring the articles, pages, comments, tags and authors of an export in; again, only what is new.

    `space` names an existing blog, else one is made; `language` overrides what the export says of itself;
    `media` is a folder or ZIP file with the old pictures; `by` is who imports, None for the server's operator. Raises
    UnreadableExport before anything is written, TransferError when it cannot be brought in here, NotAllowed.
    """
    report = ImportReport(source=path.name, community=community.slug, dry_run=dry_run)
    course = Course(community, report, by=by, progress=progress)
    with import_run(community, report, by=by):
        bring_wordpress(path, course, space=space, language=language, media=media)
    return report


def bring_wordpress(
    path: Path, course: Course, *, space: str = "", language: str = "", media: Path | None = None
) -> None:
    """The same, part by part, as a course wants it. Raises TransferError."""
    with media_folder(media, beside=course.folder) as folder:
        survey = survey_wordpress(path, course.report)
        _WordpressImport(path, course, survey, folder).run(space, language)
    recount(course.community)


class _WordpressImport(Bringing):
    def __init__(self, path: Path, course: Course, survey: Survey, media: Path | None) -> None:
        self.path = path
        self.survey = survey
        self.site = OldSite(survey.site.address)
        memory = ImportMemory(survey.source, course.run)
        super().__init__(course, memory, MediaTree(media, WORDPRESS, owns=self.site.owns), format="wordpress")
        self.numbers = {author.number: author.login for author in survey.authors.values() if author.number}
        self.spaces: dict[str, Space] = {}
        self.slugs: dict[str, str] = {}
        self.keys = {stored_key(key) for key in (*survey.articles, *survey.trashed)}
        self.last_date = timezone.now()

    def run(self, space: str, language: str) -> None:
        with self.course.part():
            survey = self.survey
            known = self.memory.known(ImportedItem.Kind.THREAD, survey.trashed) if survey.trashed else {}
            sort_trash(survey, known, self.report)
            self._make_spaces(space, space_language(language or self.survey.site.language, self.community))
            self.people.bring_in(
                Person(
                    author.login,
                    author.display_name,
                    email=author.email,
                    # Who is only named as the author of an article has no other name in the file.
                    is_named=bool(author.email) or author.display_name != author.login,
                )
                for author in self.survey.authors.values()
                if author.login
            )
            self._let_write()
            self.filing.bring_in(self._words())
            self.writer.redirect(self._term_paths())
            self.writer.redirect(
                addresses_of_lists(survey, next(iter(self.spaces.values()))) if self.spaces else ()
            )
            self._give_addresses()
        self.course.resume()
        self.course.expect(_("Articles"), len(self.survey.articles))
        for batch in batches(islice(articles_of(self.path, self.survey), self.course.done, None)):
            with self.course.part(len(batch)):
                self._write(batch)
        with self.course.part():
            self._lead_from_files()
            name_what_is_gone(self.memory, self.report, is_there=self._is_there)
        self.course.finish()

    def _is_there(self, kind: str, key: str) -> bool:
        return key in (self.keys if kind == ImportedItem.Kind.THREAD else self.survey.comments)

    def _write(self, batch: list[WxrPost]) -> None:
        self.people.bring_in(self._commenters(batch))
        self.write([self._thread(post) for post in batch])

    def _make_spaces(self, slug: str, language: str) -> None:
        name = self.survey.site.title.strip() or _("Blog")
        labels = {known.label for known in self.survey.articles.values()}
        if slug:
            self.spaces["article"] = find_space(slug, self.kind.name)
        elif "article" in labels:
            self.spaces["article"] = self._make_blog("posts", name, language)
        if "page" in labels:
            self.spaces["page"] = self._make_blog("pages", _("Pages of %(site)s") % {"site": name}, language)

    def _make_blog(self, key: str, name: str, language: str) -> Space:
        return make_space(
            self.memory,
            key,
            name=name,
            kind=self.kind.name,
            posting=Space.Posting.AUTHORS,
            language=language,
        )

    def _let_write(self) -> None:
        """Let authors of the old site keep writing once they have claimed their membership."""
        SpaceAuthor.objects.bulk_create(
            [
                SpaceAuthor(space=space, membership_id=membership_id)
                for space in self.spaces.values()
                for login in self.survey.authors
                if (membership_id := self.people.id_of(login)) is not None
            ],
            ignore_conflicts=True,
        )

    def _words(self) -> Iterable[Word]:
        for (taxonomy, slug), term in self.survey.terms.items():
            if (taxonomy, slug) != ("category", NO_CATEGORY):
                yield Word(slug, term.name, TAXONOMIES[taxonomy])

    def _tag(self, taxonomy: str, slug: str) -> Tag | None:
        return self.filing.tags.get((TAXONOMIES.get(taxonomy, ""), slug))

    def _term_paths(self) -> Iterable[tuple[str, str]]:
        space = next(iter(self.spaces.values()), None)
        return addresses_of_words(self.survey, self._tag, space) if space is not None else ()

    def _lead_from_files(self) -> None:
        """Old pages of pictures lead to the article that they were uploaded for; what leads nowhere is named."""
        survey = self.survey
        public = {key: one for key, one in survey.articles.items() if one.is_public and key in self.slugs}
        pages: dict[str, str] = {}
        for key, (link, parent) in survey.attachment_pages.items():
            known = public.get(parent)
            paths = [asked_path(link), f"/?attachment_id={key}"]
            if known is not None:
                thread = Thread(
                    kind=self.thread_kind, slug=self.slugs[parent], space=self.spaces[known.label]
                )
                pages |= dict.fromkeys(paths, thread.get_absolute_url())
            else:
                self.report.lose("no_place", paths[0] or paths[1])
        self.writer.redirect((path, target) for path, target in pages.items() if path not in ("", "/"))
        files = {asked_path(address) for address in survey.attachments.values()} - {""}
        led: set[str] = set()
        for some in batches(files, 500):
            led |= set(Redirect.objects.filter(path__in=some).values_list("path", flat=True))
        for path in sorted(files - led):
            self.report.lose("no_place", path)

    def _give_addresses(self) -> None:
        """Decide every article’s address before the first is written, for the links between them."""
        kept = self.kept_slugs(self.survey.articles)
        slugs = Slugs()
        addresses = {
            old_path(path): ROOT + local_path(target).lstrip("/") for path, target in self._term_paths()
        }
        for key, article in self.survey.articles.items():
            slug = kept.get(key)
            if slug is None:
                slug, is_old = slugs.take(article.slug, article.title)
                if not is_old and article.slug:
                    self.report.lose("slug", f"{article.slug} → {slug}")
            if not slug:
                continue
            self.slugs[key] = slug
            if article.is_public:
                thread = Thread(kind=self.thread_kind, slug=slug, space=self.spaces[article.label])
                addresses |= dict.fromkeys(link_keys(key, article), stored_address(thread).partition("#")[0])
        survey = self.survey
        self.site = OldSite(
            survey.site.address, addresses, survey.attachments, survey.blocks, survey.galleries
        )

    def _thread(self, post: WxrPost) -> NewThread:
        known = self.survey.articles[post.key]
        is_new = post.key in self.slugs
        html = self._html(post.content, post.key, known.title)
        state, scheduled_for = self._state(post, known.title)
        self._name_what_is_beside(post, known.title)
        title = known.title or _("Untitled")
        if len(title) > 200:
            self.report.lose("title_cut", cut(title, 80))
        when = self._date(post.published_at, title)
        return NewThread(
            key=post.key,
            kind=self.thread_kind,
            space_id=self.spaces[known.label].pk,
            slug=self.slugs[post.key] if is_new else "",
            title=cut(one_line(title), 200),
            author=post.author,
            written_at=when,
            posts=[
                NewPost("", "", post.author, html, when, edited_at=changed_at(post)),
                *self._replies(post, state, when),
            ],
            state=state,
            scheduled_for=scheduled_for,
            pinned=post.pinned,
            tags=[tag for term in post.terms if (tag := self._tag(term.taxonomy, term.slug)) is not None],
            excerpt=self._excerpt(post),
            seo_title=said_to_engines(post, "_yoast_wpseo_title", 70),
            seo_description=said_to_engines(post, "_yoast_wpseo_metadesc", 170),
            comments_open=post.comments_open,
            cover=self.media.keep_cover(self.survey.attachments.get(post.thumbnail, ""), post.key),
            old_paths=paths_of(post.key, known, self.survey),
            withdrawn=self._withdrawn(post),
            wanted_slug=known.slug,
            is_dated=post.published_at is not None,
            label=known.label,
        )

    def _name_what_is_beside(self, post: WxrPost, title: str) -> None:
        """Words that plug-ins keep beside the text have no place here."""
        for name, value in post.fields:
            if is_lost(name, value):
                self.report.lose("field", f"{title}: {name}")

    def _excerpt(self, post: WxrPost) -> str:
        text = " ".join(strip_tags(unescape(post.excerpt)).split())
        if len(text) > LONGEST_EXCERPT:
            self.report.lose("excerpt_cut", post.title)
        return text

    def _state(self, post: WxrPost, title: str) -> tuple[str, datetime.datetime | None]:
        """Nothing that was not public becomes so by an import, not even later by itself."""
        if post.is_public:
            return State.PUBLISHED, None
        if post.status == "future":
            self.report.lose(
                "scheduled", f"{title} ({post.published_at:%Y-%m-%d})" if post.published_at else title
            )
            return State.DRAFT, post.published_at
        self.report.lose("not_public", f"{title} ({'password' if post.password else post.status})")
        return State.DRAFT, None

    def _date(self, date: datetime.datetime | None, example: str) -> datetime.datetime:
        if date is None:
            self.report.lose("no_date", example)
            return self.last_date
        self.last_date = date
        return date

    def _replies(self, post: WxrPost, state: str, published: datetime.datetime) -> list[NewPost]:
        kept: list[NewPost] = []
        for comment in post.comments:
            if comment.is_ping:
                self.report.lose("ping")
            elif not comment.is_of_people:
                self.report.lose("comment_kind", comment.kind)
            elif not comment.is_approved:
                self.report.lose("unapproved")
            elif state != State.PUBLISHED:
                self.report.lose("comment_of_draft")
            else:
                kept.append(self._reply(comment, post, published))
        return sorted(kept, key=lambda reply: (reply.written_at, reply.key.zfill(12)))

    def _withdrawn(self, post: WxrPost) -> list[tuple[str, str]]:
        hidden = (one for one in post.comments if not (one.is_public and post.is_public))
        return [(ImportedItem.Kind.REPLY, one.key) for one in hidden]

    def _html(self, text: str, key: str, example: str) -> str:
        """The text as HTML that stands by itself; its pictures are kept for the article with this key."""
        converted = convert_wordpress(
            text, site=self.site, keep_picture=partial(self.media.keep, thread_key=key), key=key
        )
        converted.tell(self.report, example)
        return converted.html

    def _reply(self, comment: WxrComment, post: WxrPost, published: datetime.datetime) -> NewPost:
        return NewPost(
            key=comment.key,
            kind=ImportedItem.Kind.REPLY,
            author=self._commenter(comment).key,
            html=self._html(comment.content, post.key, self.survey.articles[post.key].title),
            written_at=comment.written_at or published,
            answers=comment.parent,
        )

    def _commenters(self, batch: list[WxrPost]) -> Iterable[Person]:
        for post in batch:
            if post.is_public:
                for comment in post.comments:
                    if comment.is_public:
                        yield self._commenter(comment)

    def _commenter(self, comment: WxrComment) -> Person:
        """The author who commented signed in, else somebody known by the address and the name they gave."""
        login = self.numbers.get(comment.author_id)
        if login:
            return Person(login, self.survey.authors[login].display_name)
        name = comment.author_name or _("Anonymous")
        key = f"{comment.author_email}|{name.lower()}"
        return Person(key, name, ImportedItem.Kind.COMMENTER, comment.author_email, comment.written_at)
