"""Domains of a community: claimed, proved, followed by everybody, lost and released. The name server is a real one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities import lookups
from communities.console.reach import checking, domains
from communities.console.reach.checking import check_due_domains
from communities.console.reach.domains import LOST_AFTER, add_domain, make_primary, take_findings
from communities.console.reach.examining import Finding, Findings, Mark
from communities.console.reach.exceptions import (
    KnownDomain,
    NotVerified,
    TooManyDomains,
)
from communities.console.reach.pace import HELD
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Domain
from communities.notifications.models import Notification
from communities.queries import community_root
from tests.conftest import Cast
from tests.dns_server import FOREIGN, OURS, OURS_6, OURS_TOO, REFUSED, SILENT, NameServer, name_server

pytestmark = pytest.mark.django_db
HOST = "community.halyard.example"


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    monkeypatch.setattr(lookups, "PATIENCE", 0.6)
    settings.PLATFORM_URL, settings.PLATFORM_HOSTS = (
        "https://parvis.example",
        ["parvis.example", "testserver"],
    )
    with name_server(settings) as running:
        running.zone["parvis.example", "A"] = [OURS, OURS_TOO]
        running.zone["parvis.example", "AAAA"] = [OURS_6]
        yield running


def claimed(here: Cast, host: str = HOST) -> Domain:
    with here.scope():
        return add_domain(here.community, by=here.owner, text=host)


def proved(server: NameServer, here: Cast, host: str = HOST) -> Domain:
    domain = claimed(here, host)
    put_records(server, domain)
    check_due_domains()
    domain.refresh_from_db()
    assert domain.works
    return domain


def put_records(server: NameServer, domain: Domain) -> None:
    server.zone[domain.host, "A"] = [OURS]
    server.zone[f"_parvis.{domain.host}", "TXT"] = [f'"parvis-proof={domain.token}"']


def look_again(domain: Domain) -> Domain:
    Domain.objects.filter(pk=domain.pk).update(due_at=timezone.now())
    check_due_domains()
    domain.refresh_from_db()
    return domain


def told(here: Cast) -> list[str]:
    with here.scope():
        rows = Notification.objects.filter(kind__startswith="domain_").order_by("id")
        assert {row.membership_id for row in rows} <= {here.owner.pk}
        return [row.kind for row in rows]


def test_an_owner_proves_a_domain(
    server: NameServer, here: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    client, page = here.sign_in(here.owner), here.url("/manage/domains/")
    assert "You are at https://parvis.example/c/" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks() as called:
        assert client.post(page, {"host": f"https://{HOST}/"}).status_code == 302
    assert called, "the worker is woken"
    domain = Domain.objects.get()
    shown = client.get(page).content.decode()
    for value in (f"_parvis.{HOST}", f"parvis-proof={domain.token}", "parvis.example.", "Being looked up"):
        assert value in shown
    assert "data-looking" in shown
    check_due_domains()
    shown = client.get(page).content.decode()
    assert shown.count("Not found") == 2
    assert "data-looking" not in shown
    put_records(server, domain)
    look_again(domain)
    assert (domain.verified, domain.primary, told(here)) == (True, True, ["domain_checked"])
    forget_all()
    assert "Works" in client.get("/manage/domains/", headers={"host": HOST}).content.decode()
    with here.scope():
        assert set(Change.objects.values_list("act", flat=True)) == {"domain_added", "domain_verified"}


@pytest.mark.parametrize(
    ("records", "proof", "address"),
    [
        ({}, Mark.MISSING, Mark.MISSING),
        ({("_parvis", "TXT"): ['"parvis-proof=other"'], ("", "A"): [FOREIGN]}, Mark.WRONG, Mark.WRONG),
        ({("_parvis", "TXT"): ['"v=spf1 -all"'], ("", "A"): [OURS, FOREIGN]}, Mark.MISSING, Mark.WRONG),
        ({("", "A"): ["10.0.0.7"]}, Mark.MISSING, Mark.PRIVATE),
        ({("", "A"): [OURS], ("", "AAAA"): ["fd00::1"]}, Mark.MISSING, Mark.PRIVATE),
        ({("", "A"): [OURS, OURS_TOO], ("", "AAAA"): [OURS_6]}, Mark.MISSING, Mark.FOUND),
        ({("", "CNAME"): ["parvis.example"]}, Mark.MISSING, Mark.FOUND),
        ({("", "CNAME"): ["gone.example"]}, Mark.MISSING, Mark.MISSING),
    ],
)
def test_each_record_as_it_stands(
    server: NameServer, here: Cast, records: dict[tuple[str, str], list[str]], proof: Mark, address: Mark
) -> None:
    domain = claimed(here)
    for (name, kind), values in records.items():
        server.zone[f"{name}.{HOST}".lstrip("."), kind] = values
    look_again(domain)
    assert (domain.findings["proof"]["mark"], domain.findings["address"]["mark"]) == (proof, address)
    assert (domain.verified, told(here)) == (False, [])
    page = here.sign_in(here.owner).get(here.url("/manage/domains/"))
    assert page.status_code == 200


def test_one_right_record_among_many_is_enough(server: NameServer, here: Cast) -> None:
    domain = claimed(here)
    others = [f'"parvis-proof={number:020x}"' for number in range(30)]
    server.zone[f"_parvis.{HOST}", "TXT"] = [*others, f'"parvis-proof={domain.token}"', '"google-site=x"']
    server.zone[HOST, "A"] = [OURS]
    assert look_again(domain).works


def test_private_addresses_prove_nothing_even_where_the_platform_has_one(
    server: NameServer, here: Cast, settings: Any
) -> None:
    settings.PLATFORM_ADDRESSES = ["10.0.0.7", OURS]
    domain = claimed(here)
    put_records(server, domain)
    server.zone[HOST, "A"] = ["10.0.0.7"]
    assert not look_again(domain).verified
    server.zone[HOST, "A"] = [OURS]
    assert look_again(domain).verified


def test_an_installation_without_a_public_address_judges_nobody(server: NameServer, here: Cast) -> None:
    domain = proved(server, here)
    server.zone["parvis.example", "A"], server.zone["parvis.example", "AAAA"] = ["192.168.1.9"], []
    look_again(domain)
    assert (domain.findings["address"]["mark"], domain.works) == (Mark.UNKNOWN, True)


@pytest.mark.parametrize("way", [SILENT, REFUSED])
def test_a_name_server_that_is_away_changes_nothing(server: NameServer, here: Cast, way: str) -> None:
    domain = proved(server, here)
    server.on = lambda _name, _kind: way
    look_again(domain)
    assert (domain.works, domain.failing_since) == (True, None)


def test_a_domain_of_another_community_is_refused_without_telling_whose(
    server: NameServer, here: Cast, elsewhere: Cast
) -> None:
    proved(server, elsewhere)
    answer = here.sign_in(here.owner).post(here.url("/manage/domains/"), {"host": HOST})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This domain belongs to another community here." in text
    assert f'value="{HOST}"' in text, "what was typed stays"
    assert elsewhere.community.name not in text
    assert elsewhere.community.slug not in text


def test_who_proves_it_first_has_it(server: NameServer, here: Cast, elsewhere: Cast) -> None:
    squatter, owner = claimed(elsewhere), claimed(here)
    assert squatter.token != owner.token
    put_records(server, owner)
    look_again(squatter)
    look_again(owner)
    assert (squatter.verified, owner.verified) == (False, True)
    server.zone[f"_parvis.{HOST}", "TXT"] = [f'"parvis-proof={squatter.token}"']
    look_again(squatter)
    assert (squatter.verified, squatter.findings["taken"]) == (False, True)
    page = elsewhere.sign_in(elsewhere.owner).get(elsewhere.url("/manage/domains/")).content.decode()
    assert "Another community here has proved that this domain is theirs." in page
    assert here.community.name not in page


def test_the_same_domain_once_and_not_too_many(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed(here)
    monkeypatch.setattr(domains, "MOST_DOMAINS", 2)
    with here.scope(), pytest.raises(KnownDomain):
        add_domain(here.community, by=here.owner, text=HOST.upper())
    claimed(here, "two.example")
    with here.scope(), pytest.raises(TooManyDomains):
        add_domain(here.community, by=here.owner, text="three.example")


def test_another_communitys_domain_does_not_exist(server: NameServer, here: Cast, elsewhere: Cast) -> None:
    domain = proved(server, elsewhere)
    client = here.sign_in(here.owner)
    for act in ("check", "make-primary", "release"):
        assert client.post(here.url(f"/manage/domains/{domain.pk}/{act}/")).status_code == 404
    domain.refresh_from_db()
    assert domain.primary


def test_every_other_address_leads_to_the_main_one(server: NameServer, here: Cast) -> None:
    first, second = proved(server, here), proved(server, here, "forum.halyard.example")
    forget_all()
    path = "/forums/f/rigging/?filter=unanswered&utm_source=flyer"
    for host, address in (
        ("testserver", here.url(path)),
        (f"{here.community.slug}.parvis.example", path),
        (second.host, path),
    ):
        answer = Client().get(address, headers={"host": host})
        assert (answer.status_code, answer.headers["Location"]) == (301, f"http://{first.host}{path}")
        assert answer.headers["Cache-Control"] == "private, no-cache", "put back, it leads in no circle"
    assert Client().get(path, headers={"host": first.host}).status_code == 200
    sent = Client().post(here.url("/choices/language/"), {"language": "fr"})
    assert sent.status_code == 302, "what is sent to a former address is not lost"
    client = here.sign_in(here.owner)
    make = f"/manage/domains/{second.pk}/make-primary/"
    assert second.host in client.get(make, headers={"host": first.host}).content.decode()
    assert client.post(make, headers={"host": first.host}).status_code == 302
    forget_all()
    assert (
        Client().get(path, headers={"host": first.host}).headers["Location"] == f"http://{second.host}{path}"
    )
    with here.scope():
        change = Change.objects.get(act="primary_domain")
        assert (change.before, change.after) == ({"host": first.host}, {"host": second.host})
        undo(change, here.owner)
    first.refresh_from_db()
    assert first.primary


def test_only_a_domain_that_works_becomes_the_main_one(here: Cast) -> None:
    domain = claimed(here)
    with here.scope(), pytest.raises(NotVerified):
        make_primary(domain, by=here.owner)
    answer = here.sign_in(here.owner).post(
        here.url(f"/manage/domains/{domain.pk}/make-primary/"), follow=True
    )
    assert "does not lead here yet" in answer.content.decode()


def test_a_domain_that_leads_elsewhere_for_a_day_is_lost_and_said(server: NameServer, here: Cast) -> None:
    domain = proved(server, here)
    root = f"https://{HOST}/"
    forget_all()
    assert community_root(here.community) == root
    server.zone[HOST, "A"] = [FOREIGN]
    look_again(domain)
    assert (domain.failing_since is not None, domain.lost_at, told(here)) == (True, None, ["domain_checked"])
    forget_all()
    assert community_root(here.community) == root, "somebody may just be moving servers"
    Domain.objects.filter(pk=domain.pk).update(failing_since=timezone.now() - LOST_AFTER)
    look_again(domain)
    assert (domain.lost_at is not None, told(here)) == (True, ["domain_checked", "domain_failed"])
    look_again(domain)
    assert told(here) == ["domain_checked", "domain_failed"], "said once"
    forget_all()
    assert community_root(here.community) != root
    assert Client().get(here.url("/")).status_code == 200, "nobody is sent there"
    page = here.sign_in(here.owner).get(here.url("/manage/domains/")).content.decode()
    assert "No longer points here" in page
    bell = here.sign_in(here.owner).get(here.url("/notifications/")).content.decode()
    assert f"{HOST} no longer points here" in bell
    assert f"{HOST} works" not in bell, "not true any more"


def test_a_lost_domain_comes_back_with_its_proof_alone(server: NameServer, here: Cast) -> None:
    domain = proved(server, here)
    Domain.objects.filter(pk=domain.pk).update(failing_since=timezone.now(), lost_at=timezone.now())
    server.zone[f"_parvis.{HOST}", "TXT"] = ['"parvis-proof=of-its-new-holder"']
    assert look_again(domain).lost_at is not None
    put_records(server, domain)
    look_again(domain)
    assert (domain.lost_at, domain.works, told(here)) == (None, True, ["domain_checked", "domain_checked"])


def test_while_it_works_the_proof_may_go(server: NameServer, here: Cast) -> None:
    domain = proved(server, here)
    del server.zone[f"_parvis.{HOST}", "TXT"]
    assert look_again(domain).works


def test_how_often_it_is_looked_up(server: NameServer, here: Cast) -> None:
    domain, now = claimed(here), timezone.now()
    wait = [round((look_again(domain).due_at - timezone.now()).total_seconds() / 3600)]
    for days in (8, 31):
        Domain.objects.filter(pk=domain.pk).update(created_at=now - datetime.timedelta(days=days))
        look_again(domain)
        wait.append(round((domain.due_at - timezone.now()).total_seconds() / 3600) if domain.due_at else 0)
    assert wait == [1, 24, 0]
    put_records(server, domain)
    assert round((look_again(domain).due_at - timezone.now()).total_seconds() / 3600) == 6


def test_asking_again_and_again_asks_nobody(server: NameServer, here: Cast) -> None:
    domain = claimed(here)
    check_due_domains()
    asked = len(server.asked)
    client = here.sign_in(here.owner)
    address = here.url(f"/manage/domains/{domain.pk}/check/")
    assert "a moment ago" in client.post(address, follow=True).content.decode()
    assert check_due_domains() == 0
    Domain.objects.update(checked_at=timezone.now() - domains.PAUSE)
    assert "being looked up" in client.post(address, follow=True).content.decode()
    assert (check_due_domains(), len(server.asked) > asked) == (1, True)


def test_while_the_worker_asks_the_page_says_so(server: NameServer, here: Cast) -> None:
    claimed(here)
    client, page = here.sign_in(here.owner), here.url("/manage/domains/")
    assert checking._claim_domain() is not None
    assert "Being looked up" in client.get(page).content.decode()
    Domain.objects.update(looking_since=timezone.now() - HELD)
    assert "Being looked up" not in client.get(page).content.decode(), "its worker has died"


def test_one_that_breaks_stops_no_other(
    server: NameServer, here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = claimed(here), claimed(here, "fine.example")
    put_records(server, fine)
    real = take_findings

    def take(pk: int, findings: Findings) -> None:
        if pk == broken.pk:
            raise RuntimeError
        real(pk, findings)

    monkeypatch.setattr("communities.console.reach.checking.take_findings", take)
    assert check_due_domains() == 2
    fine.refresh_from_db()
    assert fine.works


def test_released_it_is_anybodys(server: NameServer, here: Cast, elsewhere: Cast) -> None:
    domain = proved(server, here)
    client = here.sign_in(here.owner)
    address = f"/manage/domains/{domain.pk}/release/"
    forget_all()
    assert "It is the main address" in client.get(address, headers={"host": HOST}).content.decode()
    assert client.post(address, headers={"host": HOST}).status_code == 302
    forget_all()
    assert Client().get("/", headers={"host": HOST}).status_code == 404
    assert Client().get(here.url("/")).status_code == 200
    assert claimed(elsewhere).token != domain.token
    take_findings(domain.pk, Findings(Finding(Mark.FOUND), Finding(Mark.FOUND)))
    assert not Domain.objects.filter(pk=domain.pk).exists()


def test_the_page_costs_the_same_however_many_domains(here: Cast, queries: Any) -> None:
    client = here.sign_in(here.owner)
    for number in range(3):
        claimed(here, f"d{number}.example")
    client.get(here.url("/manage/domains/"))
    with queries(most=6):
        client.get(here.url("/manage/domains/"))
    for number in range(3, 12):
        claimed(here, f"d{number}.example")
    with queries(most=6):
        client.get(here.url("/manage/domains/"))
