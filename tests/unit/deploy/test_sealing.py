"""Keys of servers: made, sealed, opened with the right secret only."""

from collections.abc import Callable

import pytest

from common.secret import Secret
from common.settings import Settings
from deploy.sealing import SealBroken, new_server_key, seal, unseal

MakeSettings = Callable[..., Settings]


def test_a_sealed_key_opens_with_its_secret_only(make_settings: MakeSettings) -> None:
    ours = make_settings(DEPLOYMENT_SECRET="one")
    sealed = seal(ours, Secret("sk-key"))

    assert "sk-key" not in sealed
    assert unseal(ours, sealed) == Secret("sk-key")
    with pytest.raises(SealBroken, match="another DEPLOYMENT_SECRET"):
        unseal(make_settings(DEPLOYMENT_SECRET="two"), sealed)


def test_the_api_key_is_the_secret_where_there_is_no_other(make_settings: MakeSettings) -> None:
    sealed = seal(make_settings(API_KEY="a-long-enough-api-key"), Secret("sk-key"))

    assert unseal(make_settings(DEPLOYMENT_SECRET="a-long-enough-api-key"), sealed) == Secret("sk-key")


@pytest.mark.parametrize("torn", ["", "nonsense", "gAAAAAB"])
def test_a_torn_seal_is_broken(make_settings: MakeSettings, torn: str) -> None:
    with pytest.raises(SealBroken):
        unseal(make_settings(), torn)


def test_keys_are_long_and_never_the_same() -> None:
    keys = {new_server_key() for _ in range(100)}

    assert len(keys) == 100
    assert min(map(len, keys)) >= 40
