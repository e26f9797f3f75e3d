"""While the store of media does not answer: every form with a file says so in a sentence, and keeps what was typed.

Other pages that need a file are answered with 503, in words; pages that only tell of one are shown.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django import forms
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from analytics.roi.models import ImportRun
from analytics.roi.tasks import keep_ledgers
from communities import objects
from communities.archive.models import Export
from communities.archive.tasks import resume_exports
from communities.console.brand import services
from communities.content.images import forget_stored_picture, store_portrait
from communities.content.models import Space
from communities.content.tasks import sweep_left_files
from communities.files import names_in
from communities.models import Membership
from communities.people.departing import depart, leaver_of
from communities.people.models import ProfileFile
from communities.people.services import PORTRAITS, leave_community
from communities.transfer.models import Import
from communities.transfer.tasks import look_after_imports
from members.personal import Departure
from tests.communities.console.spaces.conftest import form_of
from tests.communities.transfer.documents import wxr, wxr_item
from tests.object_store import ObjectStore, store_media
from tests.ports import free_port
from tests.sweeps.seeing import HTMX
from tests.sweeps.test_bad_input import place
from tests.sweeps.world import World, a_picture

pytestmark = pytest.mark.django_db
OURS = ("communities", "members", "moderation", "analytics")
# Of pictures, and of all other files.
SAID = ("Pictures cannot be stored at the moment", "Files cannot be stored at the moment")


def a_font() -> SimpleUploadedFile:
    return SimpleUploadedFile("own.woff2", Path(str(finders.find("fonts/humanist.woff2"))).read_bytes())


def some_orders() -> SimpleUploadedFile:
    return SimpleUploadedFile("orders.csv", b"order,date,amount\nA1,2026-03-02,12.50\n")


def an_old_site() -> SimpleUploadedFile:
    return SimpleUploadedFile("site.xml", wxr(wxr_item(1, title="Of ropes")).encode())


def a_community() -> SimpleUploadedFile:
    return SimpleUploadedFile("community.zip", b"PK\x05\x06" + bytes(18))


def a_paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("licence.pdf", b"%PDF-1.7 of a club")


# By form and field: where it is sent, by whom, which file, and what is typed beside it. A form that others are made
# of is sent as one of them.
Sending = tuple[str, str, Callable[[], SimpleUploadedFile], dict[str, str]]
BRAND = "manage/brand/"
SENDINGS: dict[str, Sending] = {
    "communities.albums.forms.SendForm.pictures": ("photos/a/<words:slug>/add/", "member", a_picture, {}),
    "communities.content.forms.BodyForm.picture": (
        "forums/t/<words:slug>/reply/",
        "member",
        a_picture,
        {"body": "Of ropes and blocks.", "picture_alt": "A rope"},
    ),
    "communities.content.forms.UploadForm.file": ("uploads/", "member", a_picture, {"alt": "A deck"}),
    "communities.blogs.forms.ArticleForm.cover": (
        "blogs/<words:blog>/new/",
        "owner",
        a_picture,
        {"title": "Of ropes", "body": "A text of some length about ropes.", "cover_alt": "A rope"},
    ),
    "communities.promotions.forms.BannerForm.file": (
        "manage/banners/<int:id>/",
        "owner",
        a_picture,
        {"picture_alt": "A rope", "text": "Bring your ropes."},
    ),
    "communities.reviews.forms.ThingForm.file": (
        "reviews/in/<words:space>/new/",
        "owner",
        a_picture,
        {"name": "A long fid", "kind": "product", "picture_alt": "A fid"},
    ),
    "communities.animation.ambassadors.forms.ItemForm.file": (
        "manage/ambassadors/<int:pk>/kit/",
        "owner",
        a_picture,
        {"title": "A badge", "words": "For your page", "path": "/forums/", "picture_alt": "A badge"},
    ),
    "communities.transfer.importing.forms.UploadForm.file": ("manage/import/", "owner", an_old_site, {}),
    "communities.console.arrivals.forms.UploadForm.file": ("operator/import/", "operator", a_community, {}),
    "communities.ideas.forms.PaperForm.file": (
        "ideas/b/<words:space>/papers/",
        "owner",
        a_paper,
        {"title": "The plan of the quay"},
    ),
    "analytics.offers.forms.CodeOfferForm.file": (
        "manage/offers/new/",
        "marketing",
        a_picture,
        {"title": "Splicing kit"},
    ),
    "communities.console.brand.home_form.HomeForm.photo": (f"{BRAND}home/", "owner", a_picture, {}),
    **{
        f"communities.console.brand.look_form.LookForm.{name}": (BRAND, "owner", file, {"colour": "#6c2bd9"})
        for name, file in (
            ("logo", a_picture),
            ("mark", a_picture),
            ("share", a_picture),
            ("face_font", a_font),
        )
    },
    "communities.console.start.forms.StartForm.logo": (
        "manage/start/",
        "owner",
        a_picture,
        {
            "publisher": "Ropes and Blocks",
            "address": "1 Quay Road, Brest",
            "contact": "ropes@example.org",
            "publication_director": "Ada Rope",
            "host": "A host",
        },
    ),
    "communities.console.spaces.forms.SpaceForm.picture": (
        "manage/spaces/<int:id>/edit/",
        "owner",
        a_picture,
        {"description": "What holds a sail."},
    ),
    "communities.people.forms.ProfileForm.picture": (
        "me/profile/",
        "member",
        a_picture,
        {"headline": "Rigger in Brest"},
    ),
    # Of the field for a file that the world has, which is in no class.
    "own file": ("me/profile/", "member", a_paper, {"headline": "Rigger in Brest"}),
    "analytics.roi.forms.UploadForm.file": ("results/orders/import/", "owner", some_orders, {}),
}
PLATFORM = ("operator/import/",)
# One file of two that go the same way, and cutting a font takes a second.
ALIKE = {"communities.console.brand.look_form.LookForm.reading_font"}
# What is read as text, and stored nowhere.
READ = {
    "analytics.offers.forms.CodeListForm.file",
    "communities.events.bring_forms.CalendarFileForm.file",
}
# Who else writes into the store: the two ways that each form goes, the team’s acts, which are taken back as a whole,
# and what works without anybody waiting for its page.
WRITERS = {
    "communities/stored.py",
    "communities/content/images.py",
    "communities/archive/coming/files.py",
    "communities/people/services.py",
    "communities/archive/coming/media.py",
    "communities/archive/going/working.py",
    "config/backups/pictures.py",
    "config/management/commands/fill_media_store.py",
}


@pytest.fixture
def away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket that is configured, at a port where nobody listens."""
    monkeypatch.setitem(objects.PATIENCE, "retries", {"mode": "standard", "total_max_attempts": 1})
    store_media(settings, monkeypatch, ObjectStore(free_port()).variables())


def declared() -> Iterator[str]:
    """Every field for a file of every form, by the class that declares it."""
    for pages in ("config.urls", "config.platform_urls"):
        import_module(pages)
    waiting: list[Any] = [forms.BaseForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.partition(".")[0] not in OURS:
            continue
        inherited = [getattr(base, "base_fields", {}) for base in form.__mro__[1:]]
        for name, one in form.base_fields.items():
            if isinstance(one, forms.FileField) and not any(fields.get(name) is one for fields in inherited):
                yield f"{form.__module__}.{form.__qualname__}.{name}"


def form_with(page: str, file: str) -> dict[str, str]:
    """What the form with this field for a file would send, without a file and a button."""
    fields: dict[str, str] = {}
    for form in forms_with(page, file):
        for one in form.iter():
            fields |= _sent_by(one)
    return fields


def forms_with(page: str, file: str) -> list[Any]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [
        form
        for form in tree.iter("form")
        if any(one.get("name") == file and one.get("type") == "file" for one in form.iter("input"))
    ]


def _sent_by(control: Any) -> dict[str, str]:
    name, kind = control.get("name"), control.get("type", "text")
    if not name or name == "csrfmiddlewaretoken" or kind == "file":
        return {}
    if control.tag == "textarea":
        return {name: "".join(control.itertext())}
    if control.tag == "select":
        chosen = [one.get("value", "") for one in control.iter("option") if one.get("selected") is not None]
        return {name: chosen[0]} if chosen else {}
    if control.tag != "input" or (kind in ("radio", "checkbox") and control.get("checked") is None):
        return {}
    return {name: control.get("value", "on" if kind == "checkbox" else "")}


def test_every_form_with_a_file_is_tried() -> None:
    assert sorted({*declared()} ^ SENDINGS.keys() ^ ALIKE ^ READ) == ["own file"]


def test_nobody_else_writes_into_the_store() -> None:
    found = {
        str(path.relative_to(project.BASE_DIR))
        for root in (*OURS, "config")
        for path in (Path(project.BASE_DIR) / root).rglob("*.py")
        if re.search(r"default_storage\.save\(", path.read_text())
    }
    assert found == WRITERS


@pytest.mark.parametrize("field", SENDINGS)
def test_a_file_that_cannot_be_stored_is_told_and_what_was_typed_stays(
    world: World, away: None, field: str
) -> None:
    """Both ways: on a page of its own, and where it was pressed, as the same form, in which the file stays chosen."""
    route, role, file, typed = SENDINGS[field]
    address, path, headers = place(world, "platform" if route in PLATFORM else "community", route)
    client = world.client(role)
    asked = {"headers": {"accept-language": "en", **headers}}
    name = field.rpartition(".")[2]
    if field == "own file":
        name = f"asked-{world.profile_file.field.key}"
    page = client.get(path, **asked)
    present = form_with(page.content.decode(), name) if page.status_code == 200 else {}
    fields = {**present, **address.fields(world), **typed}
    answer = client.post(path, {**fields, name: file()}, **asked)
    text = answer.content.decode()
    assert answer.status_code == 422, re.findall(r'_error">.*?<span>\s*(.*?)\s*</span>', text, re.DOTALL)
    assert any(said in text for said in SAID), text
    if answer.headers["Content-Type"].startswith("text/html"):
        left = form_with(text, name)
        assert {one: left.get(one) for one in typed} == typed
        (shown,) = forms_with(text, name)
        assert shown.get("data-press") in ("", "anew")
        assert shown.get("enctype") == "multipart/form-data"
        asked["headers"] |= HTMX
        placed = client.post(path, {**fields, name: file()}, **asked)
        assert placed.status_code == 422
        (again,) = forms_with(placed.content.decode(), name)
        # By which it takes the place of the one that was sent.
        assert again.get("action") == shown.get("action") is not None


def test_a_picture_that_is_taken_away_is_away_though_its_files_stay(
    world: World, away: None, django_capture_on_commit_callbacks: Any
) -> None:
    """What was done is not answered with a page that says that nothing was changed."""
    here = world.here
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(picture="public/spaces/ab/quokka/480.webp")
        forum = Space.objects.get(pk=here.forum.pk)
    sent = form_of(forum, remove_picture="on")
    with django_capture_on_commit_callbacks(execute=True):
        answer = world.client("owner").post(here.url(f"/manage/spaces/{forum.pk}/edit/"), sent)
    assert answer.status_code == 302
    with here.scope():
        assert Space.objects.get(pk=forum.pk).picture == ""


def test_what_people_leave_behind_meanwhile_is_taken_away_later(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """A portrait with all its sizes, and a paper; and of something else a folder of which one path is known."""
    member, stores = world.here.member, settings.STORAGES
    portrait = store_portrait(a_picture(), folder=PORTRAITS).path
    other = store_portrait(a_picture(), folder=PORTRAITS).path
    files = [path for one in (portrait, other) for path in names_in(one.rpartition("/")[0])]
    assert len(files) > 2
    with world.here.scope():
        files.append(ProfileFile.objects.get(membership=member).path)
        Membership.objects.filter(pk=member.pk).update(portrait=portrait)
        leaver = leaver_of(member, Departure.LEAVING)
    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(objects.PATIENCE, "retries", {"mode": "standard", "total_max_attempts": 1})
        store_media(settings, meanwhile, ObjectStore(free_port()).variables())
        with django_capture_on_commit_callbacks(execute=True), world.here.scope():
            leave_community(Membership.objects.get(pk=member.pk), by=member)
            depart(leaver)
        forget_stored_picture(other)
        assert sweep_left_files() == 0
    settings.STORAGES = stores
    assert all(default_storage.exists(path) for path in files)
    assert sweep_left_files() > 0
    assert not any(default_storage.exists(path) for path in files)
    assert sweep_left_files() == 0


def test_files_whose_days_are_over_are_come_back_to(
    world: World, away: None, django_capture_on_commit_callbacks: Any
) -> None:
    """Or a whole community, an old site and what people bought would lie in the bucket for good."""
    over = timezone.now() - datetime.timedelta(days=9)
    with world.here.scope():
        Export.objects.update(expires_at=over)
        Import.objects.filter(pk=world.brought.pk).update(path="imports/quokka", expires_at=over)
        ImportRun.objects.update(updated_at=over)
        before = paths_kept()
        assert all(before)
    with django_capture_on_commit_callbacks(execute=True):
        for job in (resume_exports, look_after_imports, keep_ledgers):
            job()
    with world.here.scope():
        assert paths_kept() == before


def paths_kept() -> list[str]:
    files = (
        Export.objects.filter(state="ready"),
        Import.objects.filter(state="done"),
        ImportRun.objects.all(),
    )
    return [path for rows in files for path in rows.order_by("pk").values_list("path", flat=True)]


def test_a_page_that_only_tells_of_a_file_is_shown_and_one_that_needs_it_says_that_it_is_away(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world.here
    with here.scope():
        services.edit_look(
            here.community, by=here.owner, look={}, uploads=services.Uploads(face_font=a_font())
        )
    monkeypatch.setitem(objects.PATIENCE, "retries", {"mode": "standard", "total_max_attempts": 1})
    store_media(settings, monkeypatch, ObjectStore(free_port()).variables())
    client = world.client("owner")
    assert client.get(here.url(f"/{BRAND}")).status_code == 200
    client.raise_request_exception = False
    path = here.url(f"/results/orders/import/{world.orders_file.public_id}/")
    try:
        answer = client.get(path, headers={"accept-language": "en"})
    finally:
        client.raise_request_exception = True
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "The files of this place cannot be reached at the moment" in answer.content.decode()
