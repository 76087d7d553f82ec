"""Where the gateway may connect to when it fetches what a request names."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from deploy.gateway.bodies.media_fetch import BYTES_MAX, MediaFetcher, NotFetched, Room, open_media_fetcher
from deploy.gateway.bodies.public_addresses import NotPublic, PublicOnly, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "100.127.255.255", "168.63.129.16",
        "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "::ffff:a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "fec0::1", "2130706433", "0x7f.1", "0177.0.0.1",
        "", "localhost",
    ],
)  # fmt: skip
def test_these_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1"])
def test_these_are_public(address: str) -> None:
    assert is_public(address)


class Told(AbstractResolver):
    """Answers what it was told, once after another."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in self.answers.pop(0)
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("addresses", [[], ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "2606:4700::1"]])
def test_a_name_with_one_address_inside_is_not_public_at_all(addresses: list[str]) -> None:
    with pytest.raises(NotPublic):
        asyncio.run(PublicOnly(Told(addresses)).resolve("example.org", 80))


def test_what_was_judged_is_what_is_connected_to_without_a_second_look() -> None:
    names = Told(["93.184.216.34"], ["127.0.0.1"])

    found = asyncio.run(PublicOnly(names).resolve("example.org", 80))

    assert [each["host"] for each in found] == ["93.184.216.34"]
    assert names.answers == [["127.0.0.1"]]


def test_names_that_nobody_knows_and_names_inside_look_the_same() -> None:
    class Unknown(Told):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
            raise socket.gaierror(-2, "Name or service not known")

    async def why(names: AbstractResolver) -> str:
        async with open_media_fetcher(PublicOnly(names)) as fetcher:
            with pytest.raises(NotFetched) as refused:
                await fetcher.fetch("http://internal.example.org/a.png", Room(BYTES_MAX))
        return str(refused.value)

    assert asyncio.run(why(Unknown())) == asyncio.run(why(Told(["10.0.0.1"]))) == "is at no public address"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/", "no public address"),
        ("http://[::1]/", "no public address"),
        ("http://[::ffff:169.254.169.254]/", "no public address"),
        ("http://2130706433/", "could not be fetched"),
        ("http://0x7f000001/", "no public address"),
        ("http://0177.0.0.1/", "could not be fetched"),
        ("http://127.1/", "could not be fetched"),
        ("http://user@example.org/", "a name or a password"),
        ("http://:secret@example.org/", "a name or a password"),
        ("http://example.org:22/", "a port other than 80 and 443"),
        ("https://example.org:8443/", "a port other than 80 and 443"),
        ("http://example.org:99999/", "could not be fetched"),
        ("http:///a.png", "no address of the web"),
    ],
)
def test_an_address_that_leads_inside_is_not_connected_to(url: str, why: str) -> None:
    async def fetch() -> None:
        async with open_media_fetcher(PublicOnly(Told(["127.0.0.1"]))) as fetcher:
            await fetcher.fetch(url, Room(BYTES_MAX))

    with pytest.raises(NotFetched, match=why):
        asyncio.run(fetch())


def test_nothing_of_the_environment_changes_where_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    async def look() -> tuple[bool, bool]:
        async with open_media_fetcher() as fetcher:
            assert isinstance(fetcher, MediaFetcher)
            return fetcher.session.trust_env, isinstance(fetcher.session.cookie_jar, aiohttp.DummyCookieJar)

    assert asyncio.run(look()) == (False, True)
