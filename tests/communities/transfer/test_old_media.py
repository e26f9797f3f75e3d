"""Pictures of an old site come along by the path where they lay; other files are named, and no link to them is left."""

from __future__ import annotations

import zipfile
from io import StringIO
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from communities.content.models import Attachment, Post, Redirect, Thread
from communities.models import Community
from communities.scoping import community_scope
from communities.transfer.media_tree import STACK_EXCHANGE, WORDPRESS, Habits, MediaTree
from communities.transfer.old_site import OldSite
from communities.transfer.report import ImportReport
from communities.transfer.services import import_stackexchange, import_wordpress
from tests.conftest import Cast
from tests.factories import make_community

from .documents import se_file, write, wxr, wxr_author, wxr_item

pytestmark = pytest.mark.django_db

IMGUR = "https://i.stack.imgur.com"
UPLOADS = "http://blume.example/wp-content/uploads"
SITE = "knots.example"


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


def picture(path: Path, width: int = 40) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, 20), "red").save(path)
    return path


def question(body: str, key: int = 1) -> str:
    return (
        f'Id="{key}" PostTypeId="1" Title="Which knot {key}?" Body={quoteattr(body)}'
        f' CreationDate="2011-01-0{key}T00:00:00.000"'
    )


def bring_in(community: Community, folder: Path, media: Path | None, *rows: str) -> ImportReport:
    dump = folder / "dump"
    dump.mkdir(exist_ok=True)
    se_file(dump, "Posts", *rows)
    return import_stackexchange(dump, community=community, site=SITE, media=media)


def test_pictures_of_questions_and_answers_come_along(community: Community, tmp_path: Path) -> None:
    media = tmp_path / "media"
    picture(media / "i.stack.imgur.com" / "AbCdE.png", 40)
    picture(media / "i.stack.imgur.com" / "abcde.png", 50)
    picture(media / "uploads" / "rope.png", 60)
    body = (
        f'<p><a href="{IMGUR}/AbCdE.png"><img src="{IMGUR}/AbCdEm.png" alt="A bowline"></a>'
        f'<img src="{IMGUR}/aBCDE.png" alt="Not there"></p><p dir="rtl">x</p>'
    )
    answer = 'Id="2" PostTypeId="2" ParentId="1" CreationDate="2011-01-02T00:00:00.000" Body=' + quoteattr(
        '<p><img src="/uploads/rope.png" alt=""><img src="https://i.sstatic.net/abcde.png" alt=""></p>'
    )
    report = bring_in(community, tmp_path, media, question(body), answer)
    again = bring_in(community, tmp_path, None, question(body), answer)

    with community_scope(community):
        asked, answered = Post.objects.order_by("position").values_list("body_html", flat=True)
        by_width = {one.width: str(one.pk) for one in Attachment.objects.all()}
        assert sorted(by_width) == [40, 50, 60]
        assert f'<a href="/~/media/{by_width[40]}/full"><img' in asked
        assert f'href="{IMGUR}/aBCDE.png"' in asked
        assert '<p dir="rtl">x</p>' in asked
        assert f"/media/{by_width[60]}/" in answered
        assert f"/media/{by_width[50]}/" in answered
        assert not Attachment.objects.filter(post=None).exists()
        assert Redirect.objects.get(path="/uploads/rope.png").target == f"/media/{by_width[60]}/full"
        assert not Redirect.objects.filter(path__contains="bCdE").exists()
    assert report.made["picture"] == 3
    assert report.losses["picture"].examples == [f"Which knot 1?: {IMGUR}/aBCDE.png"]
    # Without the folder they are known from the first time.
    assert not again.made["updated"]


@pytest.mark.parametrize(
    ("habits", "lies", "asked", "found"),
    [
        (WORDPRESS, "2020/01/a.png", f"{UPLOADS}/2020/01/a.png", True),
        (WORDPRESS, "site/wp-content/uploads/2020/01/A.png", f"{UPLOADS}/2020/01/a-30x20.png", True),
        (WORDPRESS, "2020/01/a.png", f"{UPLOADS}/2020/02/a.png", False),
        (WORDPRESS, "2020/01/a.png", f"{UPLOADS}/a.png", False),
        (WORDPRESS, "01/a.png", f"{UPLOADS}/2020/01/a.png", True),
        (WORDPRESS, "one/a.png", f"{UPLOADS}/two/a.png", False),
        (WORDPRESS, "a.png", f"{UPLOADS}/2020/01/a.png", True),
        (STACK_EXCHANGE, "i.stack.imgur.com/a.png", "https://i.imgur.com/a.png", False),
        (STACK_EXCHANGE, "all/a.png", "https://i.imgur.com/a.png", True),
        (STACK_EXCHANGE, "all/a.png", "https://i.imgur.com/A.png", False),
        (STACK_EXCHANGE, "img/a.png", "http://blume.example/img/a.png", True),
        (STACK_EXCHANGE, "img/a.png", "http://blume.example/other/a.png", False),
    ],
)
def test_a_picture_is_found_by_its_path(
    tmp_path: Path, habits: Habits, lies: str, asked: str, found: bool
) -> None:
    picture(tmp_path / lies)
    tree = MediaTree(tmp_path, habits, owns=OldSite("http://blume.example").owns)

    assert (tree.find(asked) is not None) is found


def test_of_two_files_of_one_name_each_is_itself(community: Community, tmp_path: Path) -> None:
    for folder, width in (("", 30), ("one", 40), ("two", 50)):
        picture(tmp_path / "uploads" / folder / "a.png", width)
    images = "".join(f'<img src="{UPLOADS}/{path}" alt="">' for path in ("two/a.png", "a.png", "one/a.png"))
    path = write(tmp_path, wxr(wxr_author(), wxr_item(1, content=images)))
    import_wordpress(path, community=community, media=tmp_path / "uploads")

    with community_scope(community):
        html = Post.objects.get().body_html
        assert [html.index(f'width="{width}"') for width in (50, 30, 40)] == sorted(
            html.index(f'width="{width}"') for width in (50, 30, 40)
        )


def test_media_may_be_packed_and_must_be_there(community: Community, tmp_path: Path) -> None:
    shown = picture(tmp_path / "a.png")
    with zipfile.ZipFile(tmp_path / "media.zip", "w") as archive:
        archive.write(shown, "uploads/2020/01/a.png")
    content = f'<img src="{UPLOADS}/2020/01/a.png" alt="">'
    path = write(tmp_path, wxr(wxr_author(), wxr_item(1, content=content)))
    told = {"community": community.slug, "stdout": StringIO()}

    for wrong in (tmp_path / "nowhere", path):
        with pytest.raises(CommandError, match=r"cannot be read|neither a folder nor a ZIP file"):
            call_command("import_wordpress", path, media=wrong, **told)
    with community_scope(community):
        assert not Thread.objects.exists()
    call_command("import_wordpress", path, media=tmp_path / "media.zip", **told)
    with community_scope(community):
        assert "<img" in Post.objects.get().body_html


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f'See <a href="{UPLOADS}/2020/01/plan.pdf">the <b>plan</b></a>.', "See the plan (plan.pdf)."),
        (f'<a href="{UPLOADS}/2020/01/plan.pdf">Plan.pdf</a>', "Plan.pdf"),
        (f"As said: {UPLOADS}/2020/01/plan.pdf!", "As said: plan.pdf!"),
        (f'<a href="{UPLOADS}/2020/01/plan.pdf">{UPLOADS}/2020/01/plan.pdf</a>', "plan.pdf"),
        (f'[audio src="{UPLOADS}/2020/01/plan.mp3"]', "plan.mp3"),
        (f'<video src="{UPLOADS}/2020/01/plan.mp4"></video>', "plan.mp4"),
        (
            f'<a href="{UPLOADS}/2020/01/plan%20b.pdf"><img src="{UPLOADS}/b.png" alt="B"></a>',
            "B (plan b.pdf)",
        ),
    ],
)
def test_a_file_is_a_name_and_no_dead_link(
    community: Community, tmp_path: Path, content: str, words: str
) -> None:
    path = write(tmp_path, wxr(wxr_author(), wxr_item(1, content=content)))
    report = import_wordpress(path, community=community)

    with community_scope(community):
        html = Post.objects.get().body_html
    assert "href" not in html
    assert html.replace("<strong>", "").replace("</strong>", "") == f"<p>{words}</p>"
    (named,) = report.losses["file"].examples
    assert named.startswith("Article 1: /wp-content/uploads/2020/01/plan")


def test_files_of_questions_are_named_too(here: Cast, tmp_path: Path) -> None:
    body = f'<p><a href="https://{SITE}/uploads/plan.pdf">Plan</a>, <a href="https://other.example/uploads/b.pdf">B</a></p>'
    report = bring_in(here.community, tmp_path, None, question(body))

    with here.scope():
        html = Post.objects.get().body_html
    assert html.startswith('<p>Plan (plan.pdf), <a href="https://other.example/uploads/b.pdf"')
    assert report.losses["file"].examples == ["Which knot 1?: /uploads/plan.pdf"]
