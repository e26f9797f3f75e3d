"""Keeping banners: who may, what is refused, what happens to them."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.promotions import services
from communities.promotions.exceptions import BannerArchived
from communities.promotions.models import Banner, BannerHour
from communities.promotions.targets import check_target
from members.models import Member
from tests.communities.promotions.conftest import make_banner
from tests.conftest import Cast

TYPED = {
    "placement": "thread",
    "text": "A sleeve costs less than lunch.",
    "button": "See the sleeve",
    "target": "/forums/",
    "drawing": "rope",
    "picture_alt": "",
    "starts_at": "2026-05-04T09:00",
    "ends_at": "",
}
EDITORS = ("marketing", "manager", "owner")
OTHERS = ("member", "ambassador", "moderator")


def a_picture(width: int = 1000) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, 560), "teal").save(out, "PNG")
    return SimpleUploadedFile("loft.png", out.getvalue(), content_type="image/png")


def fresh(cast: Cast, banner: Banner) -> Banner:
    with cast.scope():
        return Banner.objects.get(pk=banner.pk)


@pytest.mark.parametrize("role", EDITORS)
def test_the_brands_people_make_and_change_banners(here: Cast, role: str) -> None:
    client = here.sign_in(getattr(here, role))
    assert client.get(here.url("/manage/banners/new/")).status_code == 200
    response = client.post(here.url("/manage/banners/new/"), TYPED | {"languages": ["fr"]})
    assert response.status_code == 302
    with here.scope():
        banner = Banner.objects.get()
        assert (banner.text, banner.placement, banner.languages) == (TYPED["text"], "thread", ["fr"])
        assert banner.created_by_id == getattr(here, role).pk
        assert banner.starts_at == datetime.datetime(2026, 5, 4, 7, tzinfo=datetime.UTC), (
            "the community's clock"
        )
    assert TYPED["text"] in client.get(here.url("/manage/banners/")).content.decode()
    path = here.url(f"/manage/banners/{banner.pk}/")
    assert 'value="04/05/2026 09:00"' in client.get(path).content.decode()
    assert client.post(path, TYPED | {"text": "Another text."}).status_code == 302
    assert fresh(here, banner).text == "Another text."


@pytest.mark.parametrize("role", OTHERS)
def test_other_members_may_not(here: Cast, banner: Banner, role: str) -> None:
    client = here.sign_in(getattr(here, role))
    one = f"/manage/banners/{banner.pk}/"
    for path in ("/manage/banners/", "/manage/banners/new/", one):
        assert client.get(here.url(path)).status_code == 403
    for path in ("/manage/banners/new/", one):
        assert client.post(here.url(path), TYPED).status_code == 403
    for act in ("pause", "resume", "archive", "restore"):
        assert client.post(here.url(f"{one}{act}/")).status_code == 403
    kept = fresh(here, banner)
    assert (kept.text, kept.paused_at, kept.archived_at) == (banner.text, None, None)
    with here.scope():
        for act in (services.save_banner, services.pause_banner, services.resume_banner):
            with pytest.raises(NotAllowed):
                act(kept, by=getattr(here, role))
        for act in (services.archive_banner, services.restore_banner):
            with pytest.raises(NotAllowed):
                act(kept, by=getattr(here, role))


def test_visitors_and_strangers_are_sent_away(here: Cast, banner: Banner, stranger: Member) -> None:
    person = Client()
    person.force_login(stranger)
    for client, target in ((Client(), "/sign-in/"), (person, "/join/")):
        for path in ("/manage/banners/", f"/manage/banners/{banner.pk}/"):
            response = client.get(here.url(path))
            assert response.status_code == 302
            assert target in response.headers["Location"]


def test_banners_of_another_community_do_not_exist(here: Cast, elsewhere: Cast, banner: Banner) -> None:
    client = elsewhere.sign_in(elsewhere.owner)
    one = f"/manage/banners/{banner.pk}/"
    assert client.get(elsewhere.url(one)).status_code == 404
    assert client.post(elsewhere.url(one), TYPED).status_code == 404
    for act in ("pause", "resume", "archive", "restore"):
        assert client.post(elsewhere.url(f"{one}{act}/")).status_code == 404
    assert banner.text not in client.get(elsewhere.url("/manage/banners/")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 141),
        ("button", ""),
        ("placement", "everywhere"),
        ("placement", ""),
        ("drawing", "nonsense"),
        ("starts_at", ""),
        ("starts_at", "yesterday"),
        ("ends_at", "2026-05-04T08:59"),
        ("ends_at", "2026-05-04T09:00"),
        ("languages", "xx"),
        ("target", ""),
        ("target", "http://halyard.example.org/"),
        ("target", "javascript:alert(1)"),
        ("target", "//evil.example.org/"),
        ("text", "nul \x00 sign"),
    ],
)
def test_what_cannot_be_is_refused_and_comes_back(here: Cast, field: str, value: str) -> None:
    client = here.sign_in(here.marketing)
    response = client.post(here.url("/manage/banners/new/"), TYPED | {field: value})
    assert response.status_code == 422
    html = response.content.decode()
    assert "One thing to correct" in html
    if field != "text":
        assert TYPED["text"] in html
    with here.scope():
        assert not Banner.objects.exists()


@pytest.mark.parametrize(
    "target",
    [
        "/", "/forums/", "/forums/t/a-b/?page=2#p-3", "/go/abc", "https://example.org", "https://example.org/a?b=c#d",
        "https://example.org:8443/x", "https://xn--caf-dma.example/",
    ],
)  # fmt: skip
def test_good_targets(target: str) -> None:
    check_target(target)


@pytest.mark.parametrize(
    "target",
    [
        "forums/", "//example.org", "/\\example.org", "/\t/example.org", "https:\\\\example.org", "http://example.org",
        "HTTPS://user@example.org/", "https://halyard.example.org@evil.example.org/", "https://:pw@example.org",
        "javascript:alert(1)", "data:text/html,x", "ftp://example.org", "https://", "https://[::1", "https://a b.org",
        "mailto:a@example.org", "/banners/3/go/", "https://example.org:99999/", "https://example.org:0/", "/a\nb",
        "///example.org", "https:/x",
    ],
)  # fmt: skip
def test_bad_targets(target: str) -> None:
    with pytest.raises(ValidationError):
        check_target(target)


def test_a_picture_is_drawn_anew_and_replaced(here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    client = here.sign_in(here.marketing)
    client.post(here.url("/manage/banners/new/"), TYPED | {"file": a_picture(), "picture_alt": "A loft"})
    with here.scope():
        banner = Banner.objects.get()
    assert banner.picture.startswith("public/banners/")
    assert (banner.picture_width, banner.picture_height) == (1000, 560)
    assert [width for width, _path in banner.picture_renditions] == [480, 768, 960]
    path, former = here.url(f"/manage/banners/{banner.pk}/"), banner.picture_paths
    assert all(default_storage.exists(name) for name in former)
    assert client.get(f"/media/{banner.picture}").status_code in (200, 404)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, TYPED | {"file": a_picture(500)})
    assert fresh(here, banner).picture_width == 500
    assert not any(default_storage.exists(name) for name in former)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, TYPED | {"remove_picture": "on"})
    assert fresh(here, banner).picture_paths == []


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_no_picture_is_refused(here: Cast, content: bytes) -> None:
    client = here.sign_in(here.marketing)
    file = SimpleUploadedFile("x.png", content, content_type="image/png")
    response = client.post(here.url("/manage/banners/new/"), TYPED | {"file": file})
    assert response.status_code == 422
    with here.scope():
        assert not Banner.objects.exists()


def test_a_preview_needs_no_script_and_keeps_nothing(here: Cast, banner: Banner) -> None:
    client = here.sign_in(here.marketing)
    path = here.url(f"/manage/banners/{banner.pk}/")
    response = client.post(path, TYPED | {"text": "Only <b>tried</b>.", "preview": "1", "languages": ["fr"]})
    assert response.status_code == 302
    html = client.get(response.headers["Location"]).content.decode()
    assert "Only &lt;b&gt;tried&lt;/b&gt;.</p>" in html
    assert 'value="Only &lt;b&gt;tried&lt;/b&gt;."' in html
    # The manager's walk in other eyes is another preview, and not under way.
    assert "Leave the preview" not in html
    assert 'value="fr" id="id_languages_1" checked' in html or 'id="id_languages_1" checked' in html
    assert fresh(here, banner).text == banner.text
    for query in ("?preview=1&placement=x&starts_at=never&drawing=nope", "?preview=1&languages=zz"):
        assert client.get(path + query).status_code == 200


def test_pause_resume_archive_restore(here: Cast, banner: Banner) -> None:
    client = here.sign_in(here.marketing)

    def act(name: str) -> Banner:
        response = client.post(here.url(f"/manage/banners/{banner.pk}/{name}/"))
        assert response.status_code == 302
        forget_all()
        return fresh(here, banner)

    def shown() -> bool:
        return "data-banner" in Client().get(here.url("/")).content.decode()

    assert shown()
    assert act("pause").stage == "paused"
    assert not shown()
    first = fresh(here, banner).paused_at
    assert act("pause").paused_at == first, "a second press changes nothing"
    assert act("resume").stage == "shown"
    assert shown()
    assert act("archive").stage == "archived"
    assert not shown()
    listed, archived = here.url("/manage/banners/"), here.url("/manage/banners/?show=archived")
    assert banner.text not in client.get(listed).content.decode()
    assert banner.text in client.get(archived).content.decode()
    for name in ("pause", "resume"):
        assert client.post(here.url(f"/manage/banners/{banner.pk}/{name}/")).status_code == 404
    assert client.get(here.url(f"/manage/banners/{banner.pk}/")).status_code == 302
    assert act("restore").stage == "paused", "nothing shows again by itself"
    assert act("restore").stage == "paused"


def test_an_archived_banner_is_not_changed(here: Cast, banner: Banner) -> None:
    with here.scope():
        services.archive_banner(banner, by=here.owner)
        for act in (services.save_banner, services.pause_banner, services.resume_banner):
            with pytest.raises(BannerArchived):
                act(banner, by=here.owner)


def test_the_list_shows_figures_and_stays_cheap(
    here: Cast, banner: Banner, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with here.scope():
        for days, seen in ((1, 600), (2, 150), (40, 9000)):
            BannerHour.objects.create(
                banner=banner, hour=hour - datetime.timedelta(days=days), served=seen + 30, measurable=seen,
                viewable=seen, clicks=4 if days == 1 else 1,
            )  # fmt: skip
    client, path = here.sign_in(here.marketing), here.url("/manage/banners/")
    html = client.get(path).content.decode()
    for figure in ("810", "750", "0.67%", "0.29% to 1.6%"):
        assert figure in html, figure
    assert "9,000" not in html
    make_banner(here)
    client.get(path)
    with queries(most=6) as _few:
        client.get(path)
    for _number in range(6):
        make_banner(here)
    client.get(path)
    with queries(most=6):
        client.get(path)


def test_the_desk_leads_there(here: Cast) -> None:
    for role, led in (("marketing", True), ("moderator", False)):
        membership = getattr(here, role)
        client = here.sign_in(membership)
        page = client.get(here.url("/manage/banners/"))
        assert (page.status_code == 200) is led
