"""What a community may use at most: refused, put off, told of, set by the operator."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from communities.console.operator import services
from communities.console.operator.figures import count
from communities.content.exceptions import UploadRefused
from communities.content.services.uploading import upload_file
from communities.launch.exceptions import CannotJoin
from communities.launch.services import join_community
from communities.mails import brand_for
from communities.memory import forget_all
from communities.models import Community
from communities.notifications.models import Notification
from communities.quotas import Quota
from members.mails.building import Letter, build
from members.mails.kinds import CODE, MailKind
from members.mails.outbox import post
from members.models import Member, OutgoingMail
from tests.communities.console.operator.test_communities import NEWS, again, reasons
from tests.conftest import Cast
from tests.factories import make_person
from tests.mailing import delivered


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile("sail.png", out.getvalue())


def test_members_beyond_the_quota_are_told_that_it_is_full(here: Cast, operator: Member) -> None:
    Community.objects.filter(pk=here.community.pk).update(member_count=6)
    services.set_quotas(here.community, by=operator, quotas={Quota.MEMBERS: 6})
    with here.scope(), pytest.raises(CannotJoin, match="full for now"):
        join_community(again(here.community), person=make_person(), display_name="Late")
    services.set_quotas(here.community, by=operator, quotas={Quota.MEMBERS: 7})
    with here.scope():
        join_community(again(here.community), person=make_person(), display_name="In time")
    services.set_quotas(here.community, by=operator, quotas={Quota.MEMBERS: None})
    assert again(here.community).quotas == {}
    assert reasons() == [("quotas", "members: 6"), ("quotas", "members: 7"), ("quotas", "none")]


def test_pictures_beyond_the_quota_are_refused_with_a_sentence(
    here: Cast, elsewhere: Cast, operator: Member
) -> None:
    with here.scope():
        upload_file(picture(), by=here.member)
    services.set_quotas(here.community, by=operator, quotas={Quota.STORAGE: 20})
    with here.scope(), pytest.raises(UploadRefused, match="used up its storage"):
        upload_file(picture(), by=here.member)
    with elsewhere.scope():
        upload_file(picture(), by=elsewhere.member)


def test_news_beyond_the_quota_leaves_tomorrow_and_codes_at_once(
    here: Cast, elsewhere: Cast, operator: Member
) -> None:
    services.set_quotas(here.community, by=operator, quotas={Quota.MAILS: 2})
    forget_all()

    def write(cast: Cast, kind: MailKind) -> OutgoingMail:
        letter = Letter("petra@example.org", "News", "launch/mail_place", {"standing": {}, "url": "/"})
        with cast.scope():
            return post(build(letter, brand_for(cast.community)), kind=kind, community_id=cast.community.pk)

    kept = [write(here, NEWS) for _number in range(3)]
    assert [mail.due_at > timezone.now() for mail in kept] == [False, False, True]
    assert "is sent tomorrow" in kept[2].problem
    assert kept[2].useless_at > kept[2].due_at
    assert write(here, CODE).due_at <= timezone.now()
    assert write(elsewhere, NEWS).due_at <= timezone.now()
    page = here.sign_in(here.manager).get(here.url("/manage/mails/")).content.decode()
    assert "e-mails are used up" in page


def test_mails_leave_when_nobody_can_count_them(
    here: Cast, operator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.set_quotas(here.community, by=operator, quotas={Quota.MAILS: 1})
    forget_all()

    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)
    letter = Letter("petra@example.org", "News", "launch/mail_place", {"standing": {}, "url": "/"})
    with here.scope():
        mail = post(build(letter, brand_for(here.community)), kind=NEWS, community_id=here.community.pk)
    assert mail.due_at <= timezone.now()


def test_owner_and_operator_hear_once_that_a_quota_is_near(here: Cast, operator: Member) -> None:
    Community.objects.filter(pk=here.community.pk).update(member_count=8)
    services.set_quotas(here.community, by=operator, quotas={Quota.MEMBERS: 10})
    assert count(here.community).near == ["members"]
    assert count(here.community).near == ["members"]
    told = delivered()
    assert sorted(mail.to[0] for mail in told) == sorted([here.owner.member.email, operator.email])
    assert "Members" in told[0].body
    with here.scope():
        assert Notification.objects.filter(kind="quota_near", membership=here.owner).count() == 1
    # A little less is still near; clearly less is not, and then it is told again.
    for members, near in ((75, ["members"]), (60, []), (85, ["members"])):
        Community.objects.filter(pk=here.community.pk).update(member_count=members, quotas={"members": 100})
        assert count(again(here.community)).near == near
    assert len(delivered()) == 4


def test_the_form_speaks_of_megabytes_and_an_empty_field_is_no_limit(here: Cast, desk: Client) -> None:
    path = f"/operator/communities/{here.community.slug}/quotas/"
    assert desk.post(path, {"members": "50", "storage": "2000", "mails": ""}).status_code == 302
    assert again(here.community).quotas == {"members": 50, "storage": 2_000_000_000}
    assert b'value="2000"' in desk.get(path).content
    assert desk.post(path, {"members": "-1", "storage": "x"}).status_code == 422
    assert again(here.community).quotas == {"members": 50, "storage": 2_000_000_000}
