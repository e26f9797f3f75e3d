"""A mail of the launch that could not be written is forgotten with what it was about."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.launch.emails import PLACE, write_due
from communities.launch.models import WaitingPlace
from members.aside import SetAside, go_on
from tests.conftest import Cast
from tests.mailing import delivered


def aside() -> set[tuple[str, int]]:
    return set(SetAside.objects.values_list("what", "number"))


def test_it_is_kept_as_long_as_such_a_mail_waits(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        waits, refused, gone, well = (
            WaitingPlace.objects.create(email=f"p{number}@example.org", number=number, mail_due_at=now)
            for number in range(1, 5)
        )
    numbers = [waits.pk, refused.pk, gone.pk]
    go_on(PLACE.name, numbers, lambda _number: 1 // 0, community_number=here.community.pk)
    assert aside() == {(PLACE.name, number) for number in numbers}
    with here.scope():
        later = now + datetime.timedelta(hours=1)
        WaitingPlace.objects.filter(pk=waits.pk).update(mail_due_at=later)
        WaitingPlace.objects.filter(pk=refused.pk).update(state="refused", refused_at=now)
        gone.delete()
    assert write_due(here.community) == 2
    subjects = {mail.to[0]: mail.subject for mail in delivered()}
    assert set(subjects) == {well.email, refused.email}
    assert subjects[well.email] != subjects[refused.email], "told of the refusal, and not of the place"
    assert aside() == {(PLACE.name, waits.pk)}
    with here.scope():
        WaitingPlace.objects.filter(pk=waits.pk).update(mail_due_at=now)
    assert write_due(here.community) == 1
    assert aside() == set()
