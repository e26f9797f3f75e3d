"""An address that no header can hold is refused wherever one is typed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from members.addresses import check_address
from members.mails.models import OutgoingMail
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast

POISON = "x@xn--é.com"


@pytest.mark.parametrize("address", [POISON, f"a@{'b' * 64}.org", "", "a@b", "a b@example.org"])
def test_what_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        check_address(address)


@pytest.mark.parametrize("address", ["jane@example.org", "jane@exämple.org", "o'neil+x@sub.example.org"])
def test_what_can_be_is_taken(address: str) -> None:
    check_address(address)


@pytest.mark.django_db
def test_every_field_that_takes_one_refuses_it(here: Cast) -> None:
    newcomer = {"display_name": "Ines", "email": POISON, "rules": "on"}
    assert Client().post(here.url("/join/"), newcomer).status_code == 422
    report = {"email": POISON, "language": "en"}
    assert here.sign_in(here.marketing).post(here.url("/results/reports/"), report).status_code == 422
    make_plan(here, ("team", ["forums"]), ("waiting", ["tags"]), ("everyone", ["join"]), opened=1)
    assert Client().post(here.url("/waiting-list/"), {"email": POISON}).status_code == 422
    invited = here.sign_in(here.manager).post(here.url("/me/invitations/"), {"addresses": POISON})
    assert invited.status_code == 422
    with here.scope():
        assert not OutgoingMail.objects.exists()
    assert not OutgoingMail.objects.exists()
