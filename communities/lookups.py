"""Questions to the domain name system: the one way in which Parvis asks anything of the network by a name that somebody
typed.

Guarded: only names that can be public, only the resolver of the installation, four kinds of record, a bound for time
and for the size of the answer, and no address of a private network is ever told.
"""

from __future__ import annotations

import enum
import ipaddress
import re
from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver
from django.conf import settings

# For one question, all tries and chains of names included.
PATIENCE = 4.0  # seconds
MOST_VALUES = 50
LONGEST_VALUE = 4096
LONGEST_HOST = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# All of the open network (RFC 4291); what stands for older addresses (RFC 6052); what is lent to protocols (RFC 6890).
_UNICAST, _GATEWAYS = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("64:ff9b::/96")
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
# Names that are of one machine or one house (RFC 2606, 6761, 6762, 7686, 8375, 9476).
NOT_PUBLIC = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "invalid", "test",
              "onion",
              "arpa", "alt")  # fmt: skip


class NotAName(ValueError):
    """No name that anybody outside could look up."""


class State(enum.Enum):
    FOUND = "found"
    NOTHING = "nothing"
    """The name exists without such a record."""
    NO_NAME = "no name"
    UNKNOWN = "unknown"
    """No answer in time, or one that makes no sense: nothing follows from it."""


@dataclass(frozen=True)
class Answer:
    """`values` as text; `names` are those that the name leads to (CNAME), in their order."""

    state: State
    values: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def public_name(text: str) -> str:
    """A host name as the domain name system writes it: small letters, ASCII, no closing dot.

    Raises NotAName.
    """
    name = text.strip().rstrip(".").lower()
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        raise NotAName(text) from None
    labels = name.split(".")
    if len(labels) < 2 or len(name) > LONGEST_HOST or not all(_LABEL.fullmatch(one) for one in labels):
        raise NotAName(text)
    if labels[-1].isdecimal() or labels[-1] in NOT_PUBLIC:
        raise NotAName(text)
    return name


def look_up(name: str, kind: str) -> Answer:
    """The records of one kind (`A`, `AAAA`, `TXT`, `MX`) under a name. Raises NotAName, and nothing else."""
    asked = dns.name.from_text(f"{public_name(name)}.")
    try:
        answer = _resolver().resolve(asked, kind, raise_on_no_answer=False, search=False, lifetime=PATIENCE)
    except dns.resolver.NXDOMAIN as nowhere:
        return Answer(State.NO_NAME, names=_names_of(nowhere))
    except (dns.exception.DNSException, OSError, ValueError):
        # Time-outs, refusals, broken answers, chains of names without end.
        return Answer(State.UNKNOWN)
    names = tuple(_plain(one.target) for rows in answer.chaining_result.cnames for one in rows)
    if answer.rrset is None:
        return Answer(State.NOTHING, names=names[:MOST_VALUES])
    values = tuple(_value(one)[:LONGEST_VALUE] for one in list(answer.rrset)[:MOST_VALUES])
    return Answer(State.FOUND, values, names[:MOST_VALUES])


def addresses_of(name: str) -> Answer:
    """Where a name leads: addresses of both kinds. Unknown where either question has no answer."""
    answers = [look_up(name, kind) for kind in ("A", "AAAA")]
    names = next((one.names for one in answers if one.names), ())
    if any(one.state is State.UNKNOWN for one in answers):
        return Answer(State.UNKNOWN, names=names)
    values = tuple(value for one in answers for value in one.values)
    state = State.FOUND if values else answers[0].state
    return Answer(state, values, names)


def is_public(address: str) -> bool:
    """Whether an address is one of the open network: not of a house, a machine, a test or a group."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = _carried(found)
        if inner is None:
            return found in _UNICAST and found.is_global
        found = inner
    return found.is_global and not found.is_multicast and found not in _PROTOCOLS


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The older address to which a newer one leads: it is written into it."""
    if address in _GATEWAYS:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


def _resolver() -> dns.resolver.Resolver:
    if not settings.DNS_SERVERS:
        resolver = dns.resolver.Resolver(configure=True)
    else:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [
            dns.nameserver.Do53Nameserver(host.strip("[]"), int(port or 53))
            for host, port in map(_host_and_port, settings.DNS_SERVERS)
        ]
    resolver.timeout = PATIENCE / 2
    resolver.cache = None
    return resolver


def _host_and_port(server: str) -> tuple[str, str]:
    """`192.0.2.1`, `192.0.2.1:53`, `[2001:db8::1]:53`, `2001:db8::1`."""
    if server.count(":") > 1 and not server.startswith("["):
        return server, ""
    host, _colon, port = server.rpartition(":") if re.search(r":\d+$", server) else (server, "", "")
    return host, port


def _value(record: object) -> str:
    strings = getattr(record, "strings", None)
    if strings is not None:
        # One record in several strings is one text: that is how long keys are written.
        return b"".join(strings).decode("utf-8", "replace")
    exchange = getattr(record, "exchange", None)
    return _plain(exchange) if exchange is not None else str(record)


def _names_of(nowhere: dns.resolver.NXDOMAIN) -> tuple[str, ...]:
    try:
        responses: Any = nowhere.kwargs.get("responses") or {}
        names = [_plain(name) for response in responses.values() for name in _targets(response)]
    except (AttributeError, dns.exception.DNSException):
        return ()
    return tuple(names[:MOST_VALUES])


def _targets(response: object) -> list[dns.name.Name]:
    return [
        record.target
        for rows in getattr(response, "answer", [])
        if rows.rdtype == dns.rdatatype.CNAME
        for record in rows
    ]


def _plain(name: object) -> str:
    return str(name).rstrip(".").lower()
