"""What a place looks like and holds: each of its settings changed in a browser, met by a visitor and a member, by
nobody elsewhere, and taken back from the journal."""

from __future__ import annotations

import datetime
import re
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload

from communities.content.models import Space, Thread
from communities.content.services.folding import fold_spaces
from communities.content.tasks import resume_moves
from communities.models import Community
from tests.browser.changing import THEME, Change, Sees, fills, read, tries
from tests.browser.onlooking import Onlookers, SignIn, acts, saves, takes_back
from tests.browser.test_settings_reach import address_of, asks_for_a_code
from tests.browser.walking import Person, settles
from tests.conftest import Cast
from tests.factories import make_space, make_thread
from tests.fonts import woff2_of
from tests.mailing import delivered

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VISITOR, MEMBER = ("visitor",), ("member",)


@pytest.fixture
def person(page: object, cast: Cast, server: str, seen: Onlookers) -> Person:
    return Person(page, cast, server, "en")  # type: ignore[arg-type]


def drawn(width: int, height: int, colour: str = "teal") -> FilePayload:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return {"name": f"{width}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def font() -> FilePayload:
    return {"name": "own.woff2", "mimeType": "font/woff2", "buffer": woff2_of()}


BRAND = (
    Change(
        "/manage/brand/",
        {
            "wash": "0",
            "face": "oldstyle",
            "shape": "sharp",
            "reading_font": font(),
            "reading_serif": True,
            "logo": drawn(300, 80),
            "mark": drawn(90, 90),
            "share": drawn(600, 400),
        },
        (
            Sees(THEME, "--brand-chroma: 0;"),
            Sees(THEME, "--r-1: 0.0625rem;"),
            Sees(THEME, r"--brand-face: var\(--face-oldstyle\);"),
            Sees(THEME, r"--brand-reading: [^;]*, var\(--face-transitional\);"),
            # Cut to the letters of the languages of the place.
            Sees(THEME, "unicode-range"),
            Sees("/forums/", "/media/public/brands/"),
            Sees("/favicon.ico", "image/png"),
            Sees("/share/any.png", "image/jpeg"),
        ),
        button="Publish",
        undone=False,
    ),
    Change(
        "/manage/brand/",
        {
            "face_font": font(),
            "face_serif": True,
            "face_all": True,
            "reading_font": font(),
            "reading_all": True,
        },
        (
            Sees(THEME, r"--brand-face: [^;]*, var\(--face-transitional\);"),
            # Both kept whole.
            Sees(THEME, "unicode-range", no_more=True),
        ),
        button="Publish",
        undone=False,
    ),
    Change(
        "/manage/brand/",
        {
            **dict.fromkeys(
                ("remove_logo", "remove_mark", "remove_share", "remove_face_font", "remove_reading_font"),
                True,
            ),
            "reading": "humanist",
        },
        (
            Sees("/forums/", "/media/public/brands/", no_more=True),
            Sees("/favicon.ico", "image/png", no_more=True),
            Sees("/share/any.png", "image/jpeg", no_more=True),
            Sees(THEME, "@font-face", no_more=True),
            Sees(THEME, r"--brand-reading: var\(--face-humanist\);"),
        ),
        button="Publish",
    ),
)


def arranged(chosen: Thread, question: Thread) -> Change:
    on = ["welcome", "featured", "week", "articles", "unanswered", "people", "newcomers", "text", "links"]
    return Change(
        "/manage/brand/home/",
        {
            "layout": "club",
            "on": on,
            "featured": chosen.get_absolute_url(),
            "week": question.get_absolute_url(),
            "text_title": "This week",
            "text_body": "We are at the boat show.",
            "label_1": "Our shop",
            "url_1": "https://shop.example/ropes",
            "photo": drawn(800, 360),
            "x": "68",
            "y": "42",
            "alt": "A sloop off Brest",
        },
        (
            Sees("/", 'alt="A sloop off Brest"', by=VISITOR),
            Sees(THEME, "--photo-x: 68%;"),
            Sees(THEME, "--photo-y: 42%;"),
            Sees("/", 'class="home is-club"'),
            Sees("/", "(?s)h-featured.*Round the Fastnet"),
            Sees("/", "(?s)h-week.*Which rope?"),
            Sees("/", "(?s)This week.*We are at the boat show."),
            Sees("/", "https://shop.example/ropes"),
            Sees("/", 'id="h-talk"', by=VISITOR, no_more=True),
        ),
        button="Publish",
        undone=False,
    )


DRAWN = Change(
    "/manage/brand/home/",
    {"remove_photo": True, "drawing": "arches"},
    (
        Sees("/", "A sloop off Brest", by=VISITOR, no_more=True),
        Sees(THEME, "--photo-x", no_more=True),
        Sees("/", "art.svg#arches", by=VISITOR),
    ),
    button="Publish",
)


# The article is older than that, and another thread is not.
QUIET = Change(
    "/manage/brand/home/",
    {"quiet_days": "30"},
    (Sees("/", "(?s)h-alive-articles.*A lively thread", by=VISITOR),),
    button="Publish",
)


def test_brand_and_home(person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        chosen = make_thread(cast.blog, by=cast.manager, title="Round the Fastnet")
        question = make_thread(cast.forum, by=cast.member, kind="question", title="Which rope?")
        make_thread(cast.forum, by=cast.ambassador, title="A lively thread")
        old = timezone.now() - datetime.timedelta(days=40)
        Thread.objects.filter(pk=chosen.pk).update(published_at=old, last_activity_at=old)
    # The preview beside the form has tests of its own, and draws every choice anew.
    blank = "<!doctype html><html lang=en><title>Preview</title><main></main></html>"
    page.route(
        "**/manage/brand/preview/**", lambda asked: asked.fulfill(body=blank, content_type="text/html")
    )
    sign_in(cast.owner)
    for change in (*BRAND, arranged(chosen, question), DRAWN, QUIET):
        tries(person, seen, change)

    assert re.search("(?s)h-wait.*h-who", seen.visitor.reads("/"))
    person.go("/manage/brand/home/")
    # Past every block that stands between; at the top it stays there.
    for _time in range(8):
        page.get_by_label("Move People", exact=False).first.press("Alt+ArrowUp")
    saves(person, "Publish")
    assert re.search("(?s)h-who.*h-wait", seen.visitor.reads("/"))
    takes_back(person)
    assert re.search("(?s)h-wait.*h-who", seen.visitor.reads("/"))
    assert complaints == []
    assert {"brand.look", "brand.home"} <= acts(cast)


def test_how_mails_look(
    person: Person, seen: Onlookers, sign_in: SignIn, settings: Any, complaints: list[str]
) -> None:
    cast = person.cast
    # Pictures of mails have whole addresses, also in their preview.
    settings.PLATFORM_URL = person.server
    sign_in(cast.manager)
    person.go("/manage/brand/")
    fills(person.page, {"logo": drawn(300, 80)})
    saves(person, "Publish")
    person.go("/manage/brand/mail/")
    fills(person.page, {"signature": "Fair winds,\nthe loft", "with_band": False, "with_logo": False})
    saves(person, "Publish")
    asks_for_a_code(cast.member, cast)
    asks_for_a_code(seen.outside.cast.member, seen.outside.cast)
    takes_back(person)
    asks_for_a_code(cast.ambassador, cast)
    mails = {mail.to[0]: (str(mail.body), str(mail.alternatives[0][0])) for mail in delivered()}  # type: ignore[index]
    text, html = mails[address_of(cast.member)]
    assert "Fair winds,\nthe loft" in text
    assert 'class="band"' not in html
    assert "mail.png" not in html
    text, html = mails[address_of(cast.ambassador)]
    assert "Fair winds" not in text, "taken back"
    assert 'class="band"' in html
    assert "mail.png" in html
    assert "Fair winds" not in mails[address_of(seen.outside.cast.member)][0]
    assert complaints == []


def of_a_space(number: int) -> tuple[Change, ...]:
    page, forum, new = f"/manage/spaces/{number}/edit/", "/forums/f/rigging/", "/forums/f/rigging/new/"
    return (
        Change(
            page,
            {
                "description": "Nœuds et cordages",
                "drawing": "rope",
                "language": "fr",
                "starts": ["topic"],
                "prompt": "Which boat?",
                "required_tags": "boat, Deck gear",
                "order": "new",
                "minimum": "3",
                "mode": "pre",
            },
            (
                Sees("/forums/", "art.svg#rope"),
                Sees("/forums/", '(?s)lang="fr"[^>]*>((?!</div>).)*Nœuds et cordages', by=MEMBER),
                Sees(forum, "Nœuds et cordages"),
                Sees(forum, "(?s)>Two<.*>One<"),
                Sees(new, "Which boat?", by=MEMBER),
                Sees(new, "At least one of these: boat or Deck gear.", by=MEMBER),
                Sees(new, "A question: somebody can answer it", by=MEMBER, no_more=True),
            ),
            undone=False,
        ),
        Change(
            page,
            {
                "posting": "team",
                "replying": "roles",
                "reply-roles-roles": ["ambassador"],
                "picture": drawn(400, 300),
            },
            (
                Sees("/forums/", "/media/public/spaces/"),
                Sees(new, 'name="title"', by=MEMBER, no_more=True),
                Sees("/forums/t/one/", 'name="body"', by=MEMBER, no_more=True),
            ),
            undone=False,
        ),
        Change(
            page,
            {"remove_picture": True},
            (Sees("/forums/", "/media/public/spaces/", no_more=True),),
            # The file of a picture goes with it: the journal says that there was one.
            undone=False,
        ),
    )


def test_spaces_and_what_they_hold(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        first, second = (make_thread(cast.forum, by=cast.manager, title=title) for title in ("One", "Two"))
        Thread.objects.filter(pk=first.pk).update(last_activity_at=second.published_at.replace(year=2090))
        spare = make_space(slug="spare", name="Spare parts")
        deck = make_space(slug="deck", name="Deck gear", settings={"minimum": 1})
        make_thread(deck, by=cast.manager)
        glue = make_thread(cast.forum, by=cast.manager, title="Which glue?", state="draft")
    sign_in(cast.manager)
    everything, narrower, plain = of_a_space(cast.forum.pk)
    tries(person, seen, everything)
    assert "Rigging" in seen.member.reads("/forums/new/")
    _folds(cast)
    assert "rigging" not in read(seen.member, "/forums/new/").lower(), "left out, and the other one led to"
    with cast.scope():
        make_thread(Space.objects.get(pk=cast.forum.pk), by=cast.member, title="Three", tags=["boat"])
    assert "Three" not in seen.visitor.reads("/forums/f/rigging/"), "it is read first"
    takes_back(person)
    assert "Nœuds" not in seen.visitor.reads("/forums/f/rigging/")
    tries(person, seen, narrower)
    assert 'name="body"' in seen.ambassador.reads("/forums/t/one/"), "whose role may reply"
    tries(person, seen, plain)

    archived = f"/manage/spaces/{cast.forum.pk}/archive/"
    gone = (Sees("/forums/f/rigging/", "^200", no_more=True),)
    tries(person, seen, Change(archived, {}, gone, button="Archive the space"))
    empty = (Sees("/forums/f/spare/", "^404"),)
    delete = f"/manage/spaces/{spare.pk}/delete/"
    tries(person, seen, Change(delete, {}, empty, button="Delete the space", undone=False))

    person.go("/manage/spaces/new/")
    fills(page, {"kind": "blog"})
    person.button("Continue").click()
    fills(page, {"name": "The log"})
    saves(person, "Add the space")
    assert "The log" in seen.visitor.reads("/blogs/")
    assert "The log" not in seen.outside.reads("/blogs/")

    first = (Sees("/forums/f/rigging/", "Which glue?"),)
    draft = {"drafts": [str(glue.pk)]}
    texts = Change("/manage/first-texts/", draft, first, button="Publish what is ticked", undone=False)
    tries(person, seen, texts)
    more = (Sees("/forums/", "/forums/f/questions/"),)
    applied = Change(
        "/manage/recipe/?blueprint=fans", {"parts": ["spaces"]}, more, button="Apply", undone=False
    )
    tries(person, seen, applied)

    person.go(f"/manage/spaces/{cast.forum.pk}/move-threads/")
    fills(page, {"target": str(deck.pk)})
    person.button("Continue").click()
    settles(page)
    person.button("Move all threads").click()
    settles(page)
    resume_moves()
    assert "One" in seen.visitor.reads("/forums/f/deck/")
    assert "/forums/t/one/" not in seen.member.reads("/forums/f/rigging/")
    # The one question that a form had to ask back.
    assert [one for one in complaints if "(Unprocessable Entity)" not in one] == []


def _folds(cast: Cast) -> None:
    """While a place is opened in stages, a space with fewer threads than it needs is left out of lists."""
    community = Community.objects.get(pk=cast.community.pk)
    community.launch = {**community.launch, "begun": True}
    with cast.scope():
        fold_spaces(community)


def test_tags_reactions_and_modes(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    cast = person.cast
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.manager, tags=["Jib", "Spinnaker", "Spam"])
        jib, spinnaker, spam = (thread.tags.get(slug=slug).pk for slug in ("jib", "spinnaker", "spam"))
    sign_in(cast.manager)
    path, jibs = thread.get_absolute_url(), f"/manage/tags/{jib}/"
    changes: tuple[Any, ...] = (
        Change(jibs, {"group": "Canvas"}, (Sees("/tags/", "Canvas"),)),
        Change(
            f"/manage/tags/{spinnaker}/",
            {"into": "Jib"},
            (Sees("/tags/spinnaker/", "^301 .*/tags/jib/"),),
            "Merge the two",
            undone=False,
        ),
        Change(f"/manage/tags/{spam}/", {}, (Sees("/tags/spam/", "^404"),), "Forbid this tag", undone=False),
        Change(
            "/manage/reactions/",
            {"offered": ["idea"]},
            (Sees(path, "Thanks", by=MEMBER, no_more=True), Sees(path, "Gives me an idea", by=MEMBER)),
        ),
    )
    for change in changes:
        tries(person, seen, change)

    person.go(jibs)
    fills(person.page, {"word": "Foresail"})
    saves(person, "Add this word")
    with cast.scope():
        make_thread(cast.forum, by=cast.member, title="Torn", tags=["foresail"])
    assert "Torn" in seen.visitor.reads("/tags/jib/")
    person.go("/manage/tags/")
    fills(person.page, {"word": "Politics"})
    saves(person, "Block this word")
    assert complaints == []
