"""Addresses of clients: where a request comes from, this machine or another, itself or through trusted proxies."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks separated by commas; raises ValueError that names the first that is neither."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is no trusted proxy's, read from the peer backwards.

    Each proxy appends whom it was asked by, so everything before the first stranger may be invented. What is no
    address ends the reading: the proxy behind it is the best that is known.
    """
    found = peer
    for named in reversed(forwarded_for.split(",")):
        if not _is_in(found, trusted):
            break
        before = _parsed(named.strip())
        if before is None:
            break
        found = str(before)
    return found


def is_loopback(address: str) -> bool:
    """Whether it is this machine's own; what has no address came through a unix socket, and is."""
    parsed = _parsed(address)
    return parsed.is_loopback if parsed is not None else not address


def in_url(host: str) -> str:
    """The host as part of a URL: an IPv6 address stands in brackets there."""
    return f"[{host}]" if isinstance(_parsed(host), IPv6Address) else host


def _is_in(address: str, trusted: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
