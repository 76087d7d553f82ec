"""Which places are public (against SSRF): everybody reaches their addresses from everywhere. A connection goes to what
was judged only.

A name is looked up once per connection and judged by what came out, so neither odd spellings of an address (decimal,
octal, IPv6 around IPv4) nor a name that changes its mind between two look-ups lead inside.
"""

import ipaddress
import socket
from ipaddress import IPv6Address

from aiohttp.abc import AbstractResolver, ResolveResult

# Metadata services and the hosts' own, at addresses that look public.
_OF_CLOUDS = frozenset({"168.63.129.16", "100.100.100.200"})
# Shared between a carrier and its customers, protocols of the network itself: releases of Python disagree on these.
# In the IPv6 ones an IPv4 address is within (translated, 6to4, Teredo), or they are sites' own of old: where they lead,
# the network decides.
_NOBODYS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/23",
        "fec0::/10",
    )
)


class NotPublic(OSError):
    """The host has no address, or one that is not public: which of both is nobody's business."""


class PublicOnly(AbstractResolver):
    """Names that `names` knows, as long as all of their addresses are public."""

    def __init__(self, names: AbstractResolver) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses to connect to. Raises NotPublic."""
        try:
            found = await self._names.resolve(host, port, family)
        except (OSError, UnicodeError) as exc:
            raise NotPublic(host) from exc
        if not found or not all(is_public(each["host"]) for each in found):
            raise NotPublic(host)
        return found

    async def close(self) -> None:
        await self._names.close()


def is_public(text: str) -> bool:
    """Whether it is an address that any machine may be sent to."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if str(address) in _OF_CLOUDS or any(address in network for network in _NOBODYS):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def is_literal(host: str) -> bool:
    """Whether it is an address already, which nobody looks up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
