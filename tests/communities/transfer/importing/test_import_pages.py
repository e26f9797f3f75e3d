"""An import from the upload to being taken back, as a manager sees it and as the worker does it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from communities.content.models import Attachment, Post, Redirect, Space, Tag, Thread
from communities.content.services import edit_post, reply_to
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Membership
from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from communities.transfer import tasks
from communities.transfer.importing import services, working
from communities.transfer.importing.exceptions import AlreadyAtWork
from communities.transfer.importing.staying import staying_of
from communities.transfer.models import Import, ImportedItem
from communities.transfer.services import import_wordpress
from communities.transfer.writing import ThreadWriter
from moderation.services import report_post
from tests.communities.transfer.documents import se_file, write, wxr, wxr_author, wxr_comment, wxr_item
from tests.communities.transfer.importing.conftest import Desk, packed
from tests.communities.transfer.real_data import EDGE_CASES, needs_real_data
from tests.conftest import Cast
from tests.sweeps.world import a_picture

State = Import.State
ROSES = '<category domain="post_tag" nicename="roses">Roses</category>'
MODELS = (Thread, Post, Membership, Tag, Space, Redirect, ImportedItem, Attachment)


def blog(articles: int = 3, *, first: int = 1) -> str:
    items = (wxr_item(key, ROSES, wxr_comment(key * 10)) for key in range(first, first + articles))
    return wxr(wxr_author(), *items, wxr_item(900, status="draft"))


def standing(here: Cast) -> dict[str, int]:
    with here.scope():
        return {model.__name__: model.objects.count() for model in MODELS}


def test_the_whole_way_and_back(desk: Desk, here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    before = standing(here)
    picture = a_picture().read()
    article = wxr_item(5, ROSES, content='<img src="http://blume.example/wp-content/uploads/rose.jpg">Look')
    file = packed({"old/export.xml": wxr(wxr_author(), article), "old/uploads/rose.jpg": picture})
    answer = desk.upload(file, name="export.zip")
    assert (answer.status_code, desk.job().state) == (302, State.REHEARSING)

    assert desk.work().state == State.REHEARSED
    assert standing(here) == before, "a rehearsal leaves nothing"
    page = desk.get(f"{desk.job().pk}/").content.decode()
    assert "This was a rehearsal: nothing has been brought in." in page
    assert "Article 5" in page, "as they come"
    assert Path(settings.MEDIA_ROOT / desk.job().path).exists()

    desk.post(f"{desk.job().pk}/run/")
    job = desk.work()
    assert job.state == State.DONE
    assert {"article": 1, "picture": 1, "tag": 1}.items() <= job.report["made"].items()
    assert job.report["made"] == job.rehearsal["made"], "the rehearsal said what would come"
    assert "It is in." in desk.get(f"{job.pk}/").content.decode()
    files = list(Path(settings.MEDIA_ROOT).rglob("*.webp"))
    assert files

    assert "all of it goes" in desk.get(f"{job.pk}/undo/").content.decode()
    desk.post(f"{job.pk}/undo/")
    with django_capture_on_commit_callbacks(execute=True):
        job = desk.work()
    assert (job.state, job.path) == (State.UNDONE, "")
    assert standing(here) == before
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert "What was taken back" in desk.get(f"{job.pk}/").content.decode()
    with here.scope():
        lines = Notification.objects.select_related("membership__member", "stage")
        mails = {line.kind: build_mail(here.community, line) for line in lines}
        assert mails["import_done"] is None, "it is no longer so"
        assert "what is gone and what stays" in str(getattr(mails["import_undone"], "body", ""))
        told = (
            Notification.objects.filter(membership=here.manager).order_by("pk").values_list("kind", flat=True)
        )
        assert list(told) == ["import_rehearsed", "import_done", "import_undone"]
        acts = Change.objects.order_by("pk").values_list("act", flat=True)
        assert [act for act in acts if "import" in act] == [
            "run_import",
            "import_ended",
            "undo_import",
            "import_ended",
        ]


def test_a_killed_worker_is_followed_by_another(
    desk: Desk, here: Cast, elsewhere: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands and what the report says is as if nothing had happened."""
    monkeypatch.setattr("communities.transfer.running.batches.__defaults__", (2,))
    straight = import_wordpress(write(tmp_path, blog(7)), community=elsewhere.community)
    desk.upload(blog(7))
    desk.work()
    desk.post(f"{desk.job().pk}/run/")
    written, write_batch = [0], ThreadWriter.write

    def killed(writer: ThreadWriter, batch: list[Any]) -> None:
        written[0] += 1
        write_batch(writer, batch)
        if written[0] == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(ThreadWriter, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.work()
    job = desk.job()
    assert (job.state, job.done, bool(job.worker)) == (State.RUNNING, 4, True)
    with here.scope():
        assert Thread.objects.count() == 4, "the part it was killed in has left nothing"
        Import.objects.update(worked_at=timezone.now() - working.STALLED_AFTER)
    sent: list[dict[str, int]] = []
    monkeypatch.setattr(tasks.work_on_import, "delay", lambda **values: sent.append(values))
    assert tasks.look_after_imports() == 1
    tasks.work_on_import(**sent[0])
    job = desk.job()
    assert (job.state, job.done) == (State.DONE, 8)
    same = {name: job.report[name] for name in ("found", "made", "known", "losses")}
    assert same == {name: straight.as_dict()[name] for name in same}


def test_it_is_done_in_slices_and_can_be_stopped(
    desk: Desk, here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communities.transfer.running.batches.__defaults__", (2,))
    monkeypatch.setattr(working, "SLICE", 0.0)
    desk.upload(blog(3))
    desk.work()
    desk.post(f"{desk.job().pk}/run/")
    assert (desk.work().done, desk.job().state) == (2, State.RUNNING)
    page = desk.get(f"{desk.job().pk}/").content.decode()
    assert "Articles: 2 of 4" in page
    desk.post(f"{desk.job().pk}/stop/")
    assert "It stops after the part it is at." in desk.get(f"{desk.job().pk}/").content.decode()
    assert desk.work().state == State.STOPPED
    assert "go on with it, or take it back" in desk.get(f"{desk.job().pk}/").content.decode()
    desk.post(f"{desk.job().pk}/run/")
    job = desk.work(3)
    assert (job.state, job.done, job.report["made"]["article"]) == (State.DONE, 4, 4)
    desk.post(f"{job.pk}/undo/")
    with here.scope():
        assert desk.work(9).state == State.UNDONE
        assert not Thread.objects.exists()


def test_what_people_have_touched_stays(desk: Desk, here: Cast) -> None:
    job = desk.bring_in(blog(6))
    with here.scope():
        threads = {thread.slug: thread for thread in Thread.objects.select_related("space")}
        reply_to(threads["article-1"], by=here.member, body="<p>Still true</p>")
        edit_post(threads["article-2"].opening(), by=here.manager, body="<p>Mended</p>")
        report_post(threads["article-3"].opening(), by=here.member, category="spam")
        staying = staying_of(job)
    assert (staying.threads, staying.written, len(staying.titles)) == (3, 1, 3)
    page = desk.get(f"{job.pk}/undo/").content.decode()
    assert "3 threads stay, with all that is in them." in page
    desk.post(f"{job.pk}/undo/")
    job = desk.work()
    with here.scope():
        left = set(Thread.objects.values_list("slug", flat=True))
        assert left == {"article-1", "article-2", "article-3"}
        assert Redirect.objects.filter(path="/2012/05/article-1/").exists(), "what stays is found as before"
        assert not Redirect.objects.filter(path="/2012/05/article-4/").exists()
        assert Tag.objects.get().thread_count == 3
        assert Membership.objects.filter(unclaimed=True).count() == 2, "those who wrote what stays"
    assert (job.undone["made"]["thread"], job.undone["known"]["thread"]) == (4, 3)
    again = desk.bring_in(blog(6))
    assert (again.report["made"]["article"], again.report["known"]["article"]) == (4, 3)


def test_later_replies_of_a_second_import_go_alone(desk: Desk, here: Cast) -> None:
    desk.bring_in(wxr(wxr_author(), wxr_item(1, wxr_comment(3))))
    second = desk.bring_in(wxr(wxr_author(), wxr_item(1, wxr_comment(3), wxr_comment(4), wxr_comment(5))))
    desk.post(f"{second.pk}/undo/")
    desk.work()
    with here.scope():
        thread = Thread.objects.get()
        assert (thread.reply_count, thread.last_position, thread.posts.count()) == (1, 2, 2)


def test_one_at_a_time(desk: Desk, here: Cast) -> None:
    desk.upload(blog())
    assert "One at a time" in desk.upload(blog()).content.decode()
    with here.scope():
        assert Import.objects.count() == 1
        job = desk.job()
        Import.objects.update(state=State.REHEARSED)
        Import.objects.create(kind="wordpress", path="x", size=1, expires_at=timezone.now())
        with pytest.raises(AlreadyAtWork):
            services.run_import(job, by=here.manager, community=here.community)


def test_orders_have_their_own_page(desk: Desk, here: Cast) -> None:
    """Led to for those who may."""
    link = here.url("/results/orders/import/")
    assert link in here.sign_in(here.owner).get(here.url("/manage/import/")).content.decode()
    assert link not in desk.get().content.decode()


def test_who_may_not(desk: Desk, here: Cast) -> None:
    """Pages: in the sweep of addresses. The services ask again, and the worker once more."""
    desk.upload(blog())
    job = desk.work()
    with here.scope():
        acts = (services.run_import, services.undo_import)
        for act in acts:
            with pytest.raises(NotAllowed):
                act(job, by=here.moderator, community=here.community)
        with pytest.raises(NotAllowed):
            services.discard_import(job, by=here.moderator)
    desk.post(f"{job.pk}/run/")
    with here.scope():
        Membership.objects.filter(pk=here.manager.pk).update(role="member")
    assert "may no longer bring anything in" in desk.work().problem
    with here.scope():
        assert not Thread.objects.exists()


def test_the_space_is_gone_between_rehearsal_and_run(desk: Desk, here: Cast) -> None:
    desk.upload(blog(), space="journal")
    assert desk.work().state == State.REHEARSED
    with here.scope():
        here.blog.delete()
    desk.post(f"{desk.job().pk}/run/")
    job = desk.work()
    assert job.problem == "This community has no blog space called “journal”."
    page = desk.get(f"{job.pk}/").content.decode()
    assert job.problem in page.replace("&#x27;", "'")
    with here.scope():
        assert not Thread.objects.exists()
        assert Notification.objects.filter(kind="import_failed").exists()


def test_seven_days_are_over(desk: Desk, here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    job = desk.bring_in(blog(1))
    with here.scope():
        Import.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.look_after_imports() == 1
    assert desk.job().path == ""
    assert not list(Path(settings.MEDIA_ROOT).rglob("imports/*"))
    refused = desk.post(f"{job.pk}/undo/")
    assert refused.status_code == 409
    assert "can no longer be taken back" in refused.content.decode()
    assert "Its seven days are over" in desk.get(f"{job.pk}/").content.decode()
    with here.scope():
        assert Thread.objects.exists()


def test_the_journal_takes_it_back(desk: Desk, here: Cast) -> None:
    desk.bring_in(blog(1))
    with here.scope():
        undo(Change.objects.get(act="run_import"), here.owner)
    assert desk.work().state == State.UNDONE
    with here.scope():
        assert not Thread.objects.exists()
        assert desk.job().by == here.owner


def test_other_options_are_rehearsed_again_and_a_file_thrown_away(desk: Desk, here: Cast) -> None:
    desk.upload(blog())
    job = desk.work()
    assert desk.post(f"{job.pk}/rehearse/", {"space": "nowhere"}).status_code == 422
    desk.post(f"{job.pk}/rehearse/", {"space": "journal", "language": "fr"})
    assert desk.job().options == {"space": "journal", "language": "fr"}
    job = desk.work()
    assert "Journal" in desk.get(f"{job.pk}/").content.decode()
    assert desk.post(f"{job.pk}/discard/").status_code == 302
    with here.scope():
        assert not Import.objects.exists()


def test_a_worker_that_is_alive_is_left_alone(
    desk: Desk, here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.upload(blog())
    with here.scope():
        Import.objects.update(worker="somebody", worked_at=timezone.now() - datetime.timedelta(hours=1))
    monkeypatch.setattr(working, "is_alive", lambda job: True)
    assert desk.work().state == State.REHEARSING
    assert tasks.look_after_imports() == 0
    monkeypatch.setattr(working, "is_alive", lambda job: False)
    with here.scope():
        Import.objects.update(losses=2)
    assert "interrupted three times" in desk.work().problem


def test_the_token_is_asked_for(here: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(here.manager.member)  # type: ignore[arg-type]
    address = here.url("/manage/import/?kind=wordpress")
    assert client.post(address, {}).status_code == 403
    page = client.get(address).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 422


def test_the_pages_cost_the_same_whatever_came(desk: Desk, here: Cast, queries: Any) -> None:
    job = desk.bring_in(blog(12))
    desk.get(f"{job.pk}/undo/")
    with queries(most=20):
        assert desk.client.get(here.url(f"/manage/import/{job.pk}/undo/")).status_code == 200
    with queries(most=14):
        assert desk.client.get(here.url(f"/manage/import/{job.pk}/")).status_code == 200


def test_a_packed_dump(desk: Desk, here: Cast, tmp_path: Path) -> None:
    at = 'CreationDate="2011-01-01T00:00:00.000"'
    se_file(tmp_path, "Posts", f'Id="1" PostTypeId="1" Title="Which rope?" Body="B" {at}')
    files = {"knots/Posts.xml": (tmp_path / "Posts.xml").read_bytes()}
    job = desk.bring_in(packed(files), name="knots.zip", kind="stackexchange", site="knots.example")
    assert job.report["made"]["question"] == 1
    with here.scope():
        assert Redirect.objects.filter(path="/q/1").exists()


@needs_real_data
def test_a_real_export_comes_and_goes(desk: Desk, here: Cast, elsewhere: Cast) -> None:
    before = standing(here)
    file = EDGE_CASES / "small-export.xml"
    straight = import_wordpress(file, community=elsewhere.community)
    job = desk.bring_in(file.read_bytes())
    assert job.report["made"] == dict(straight.made), "the page and the command bring the same"
    desk.post(f"{job.pk}/undo/")
    assert desk.work().state == State.UNDONE
    assert standing(here) == before
