"""Where a request comes from, when everything that is not a trusted proxy's word may be invented."""

import pytest

from common.access.addresses import client_address, in_url, is_loopback, networks

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),  # the client sent the first one itself
        ("127.0.0.1", "192.0.2.7, 10.1.2.3", "192.0.2.7"),  # two proxies in a row
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("::ffff:127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("192.0.2.7", "127.0.0.1", "192.0.2.7"),  # no proxy of ours: its word counts for nothing
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7:4711", "127.0.0.1"),
        ("", "192.0.2.7", ""),
    ],
)
def test_the_client_is_the_nearest_that_is_no_trusted_proxy(peer: str, forwarded_for: str, client: str) -> None:
    assert client_address(peer, forwarded_for, TRUSTED) == client


def test_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert client_address("127.0.0.1", "192.0.2.7", networks("")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("", True),  # a unix socket
        ("192.0.2.7", False),
        ("::ffff:192.0.2.7", False),
        ("localhost.example.org", False),
    ],
)
def test_loopback_is_this_machine(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("::1", "[::1]"),
        ("fd00::7", "[fd00::7]"),
        ("127.0.0.1", "127.0.0.1"),
        ("gpu-1.example.org", "gpu-1.example.org"),
    ],
)
def test_an_address_of_ipv6_stands_in_brackets_in_a_url(host: str, expected: str) -> None:
    assert in_url(host) == expected
