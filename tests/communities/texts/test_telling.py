"""Members are told of changed rules, newcomers are welcomed: once, by job, and only of what is still true."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.texts import services
from communities.texts.tasks import tell_of_change, welcome
from tests.conftest import Cast
from tests.factories import make_membership, make_rules
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def plan(cast: Cast) -> int:
    """A second version of the rules that holds in ten days; its number in the database."""
    with cast.scope():
        make_rules("Be kind.")
        services.add_rule(
            cast.community, by=cast.owner, words=services.RuleWords({"en": "Be brief."}, {"en": "Time."})
        )
        version = services.publish_text(
            cast.community, "rules", by=cast.owner, revision=1, at=timezone.now() + 10 * DAY
        )
        return version.pk


def mails(cast: Cast, person: Membership) -> list[str]:
    with cast.scope():
        Notification.objects.update(mail_due_at=timezone.now())
        write_waiting(Community.objects.get(pk=cast.community.pk))
    return [mail.body for mail in delivered() if mail.to == [person.member.email]]


def test_all_members_hear_of_changed_rules_once(here: Cast, elsewhere: Cast) -> None:
    version = plan(here)
    for _again in range(2):
        tell_of_change(community_id=here.community.pk, version_id=version)
    with here.scope():
        told = Notification.objects.filter(kind="rules_changed")
        assert told.count() == Membership.objects.active().count()
    with elsewhere.scope():
        assert not Notification.objects.exists()
    bell = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "Our rules change on" in bell
    assert here.url("/legal/rules/2/") in bell
    (body,) = mails(here, here.member)
    assert "/legal/rules/2/" in body


def test_what_was_taken_back_is_no_news(here: Cast) -> None:
    version = plan(here)
    tell_of_change(community_id=here.community.pk, version_id=version)
    with here.scope():
        services.take_back(here.community, "rules", 2, by=here.owner)
    bell = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "Our rules change" not in bell
    assert mails(here, here.member) == []
    assert tell_of_change(community_id=here.community.pk, version_id=version) == 0


def test_a_past_change_is_told_as_past(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_of_change(community_id=here.community.pk, version_id=plan(here))
    later = timezone.now() + 11 * DAY
    monkeypatch.setattr("communities.texts.models.timezone.now", lambda: later)
    bell = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "Our rules changed on" in bell


def test_a_newcomer_is_welcomed_by_mail_and_on_top_of_the_home(here: Cast) -> None:
    with here.scope():
        newcomer = make_membership()
        assert not welcome(community_id=here.community.pk, membership_id=newcomer.pk)
        services.adopt(
            here.community, "welcome", {"en": "Come aboard **now**.", "fr": "Montez."}, by=here.owner
        )
        forget_all()
        assert welcome(community_id=here.community.pk, membership_id=newcomer.pk)
    (body,) = mails(here, newcomer)
    assert "Come aboard now." in body
    home = here.sign_in(newcomer).get(here.url("/"), headers={"accept-language": "en"}).content.decode()
    assert "Come aboard <strong>now</strong>." in home
    with here.scope():
        Membership.objects.filter(pk=newcomer.pk).update(joined_at=timezone.now() - 8 * DAY)
    assert "Come aboard" not in here.sign_in(newcomer).get(here.url("/")).content.decode()


def test_without_words_nobody_is_told_anything(here: Cast) -> None:
    with here.scope():
        newcomer = make_membership()
    assert not welcome(community_id=here.community.pk, membership_id=newcomer.pk)
    assert mails(here, newcomer) == []
    assert "Come aboard" not in here.sign_in(newcomer).get(here.url("/")).content.decode()
    assert Community.objects.get(pk=here.community.pk).texts == {}
