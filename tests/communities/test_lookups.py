"""Questions to a real name server on loopback: what comes back, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from communities import lookups
from communities.lookups import NotAName, State, addresses_of, is_public, look_up, public_name
from tests.dns_server import BROKEN, OTHER_QUESTION, OURS, OURS_6, REFUSED, SILENT, NameServer, name_server


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    monkeypatch.setattr(lookups, "PATIENCE", 0.6)
    with name_server(settings) as running:
        yield running


def test_records_of_each_kind(server: NameServer) -> None:
    server.zone["brand.example", "A"] = [OURS]
    server.zone["brand.example", "TXT"] = ['"one " "text"', '"another; with=signs"']
    server.zone["brand.example", "MX"] = ["10 mx.brand.example."]
    assert look_up("brand.example", "A") == lookups.Answer(State.FOUND, (OURS,))
    assert set(look_up("Brand.Example.", "TXT").values) == {"one text", "another; with=signs"}
    assert look_up("brand.example", "MX").values == ("mx.brand.example",)
    assert look_up("brand.example", "AAAA").state is State.NOTHING
    assert look_up("else.example", "A").state is State.NO_NAME


def test_a_chain_of_names_is_told(server: NameServer) -> None:
    server.zone["club.example", "CNAME"] = ["www.host.example"]
    server.zone["www.host.example", "CNAME"] = ["host.example"]
    server.zone["host.example", "A"] = [OURS]
    server.zone["host.example", "AAAA"] = [OURS_6]
    answer = addresses_of("club.example")
    assert (answer.state, set(answer.values)) == (State.FOUND, {OURS, OURS_6})
    assert answer.names == ("www.host.example", "host.example")


def test_names_without_end_lead_nowhere(server: NameServer) -> None:
    server.zone["a.example", "CNAME"] = ["b.example"]
    server.zone["b.example", "CNAME"] = ["a.example"]
    assert look_up("a.example", "A").state is State.UNKNOWN
    for step in range(29):
        server.zone[f"n{step}.example", "CNAME"] = [f"n{step + 1}.example"]
    server.zone["n29.example", "A"] = [OURS]
    assert look_up("n0.example", "A").state is State.UNKNOWN, "longer than any resolver follows"


def test_a_name_that_leads_to_none_is_none(server: NameServer) -> None:
    server.zone["club.example", "CNAME"] = ["gone.example"]
    assert look_up("club.example", "A").state is State.NO_NAME


@pytest.mark.parametrize("way", [SILENT, BROKEN, REFUSED, OTHER_QUESTION])
def test_nothing_follows_from_a_server_that_does_not_work(server: NameServer, way: str) -> None:
    server.zone["brand.example", "A"] = [OURS]
    server.on = lambda _name, _kind: way
    assert look_up("brand.example", "A").state is State.UNKNOWN
    assert addresses_of("brand.example").state is State.UNKNOWN
    server.on = lambda _name, kind: way if kind == "AAAA" else None
    assert addresses_of("brand.example").state is State.UNKNOWN, "half an answer is none"


def test_nobody_listens(settings: Any) -> None:
    settings.DNS_SERVERS = ["127.0.0.1:1"]
    assert look_up("brand.example", "A").state is State.UNKNOWN


def test_a_large_answer_comes_over_tcp_and_is_cut(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two hundred long records take a busy machine longer to write than the others are waited for.
    monkeypatch.setattr(lookups, "PATIENCE", 10.0)
    server.zone["many.example", "TXT"] = [f'"{"x" * 200} {number}"' for number in range(200)]
    server.zone["long.example", "TXT"] = [" ".join(f'"{"y" * 250}"' for _ in range(40))]
    assert len(look_up("many.example", "TXT").values) == lookups.MOST_VALUES
    assert server.by_tcp == 1
    assert len(look_up("long.example", "TXT").values[0]) == lookups.LONGEST_VALUE


@pytest.mark.parametrize(
    "name",
    [
        "", "localhost", "brand", "127.0.0.1", "[::1]", "::1", "brand.local", "db.internal",
        "x.localhost", "a..example", "-a.example", "a-.example", "a b.example",
        f"{'a' * 64}.example", ".".join(["a" * 60] * 5), "10.in-addr.arpa",
        "service.onion", "xn--é.example", "a\0.example", "brand.example/x", "1.2.3.4.5",
    ],
)  # fmt: skip
def test_only_public_names_are_asked_for(server: NameServer, name: str) -> None:
    with pytest.raises(NotAName):
        look_up(name, "A")
    assert server.asked == []


def test_names_as_they_are_asked_for() -> None:
    assert public_name(" Café.Example. ") == "xn--caf-dma.example"
    assert public_name("_parvis.brand.example") == "_parvis.brand.example"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "255.255.255.255", "203.0.113.4", "2001:db8::1", "no address",
    ],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_servers_are_written_in_four_ways() -> None:
    written = ["192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53", "2001:db8::1"]
    assert [lookups._host_and_port(one) for one in written] == [
        ("192.0.2.1", ""),
        ("192.0.2.1", "5353"),
        ("[2001:db8::1]", "53"),
        ("2001:db8::1", ""),
    ]


def test_public_addresses() -> None:
    assert is_public(OURS)
    assert is_public(OURS_6)
