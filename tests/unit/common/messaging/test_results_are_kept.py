"""How long Celery's results are kept is a setting."""

from collections.abc import Callable

import pytest

from common.messaging.app import make_app
from common.settings import Settings


@pytest.mark.parametrize(("days", "seconds"), [("7", 604_800), ("0.00001", 1), ("0", 0)])
def test_results_are_kept_for_so_many_days_and_0_is_for_ever(
    make_settings: Callable[..., Settings], days: str, seconds: int
) -> None:
    app = make_app(make_settings(RETENTION_RESULTS_DAYS=days))

    assert app.conf.result_expires == seconds
    assert app.backend.expires == seconds
