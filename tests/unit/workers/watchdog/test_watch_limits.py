from collections.abc import Callable

import pytest

from common.settings import Settings
from tests.builders import make_spec
from workers.watchdog.silence import Limits
from workers.watchdog.watch import limits_of


@pytest.mark.parametrize(
    ("settings", "wishes", "limits"),
    [
        ({}, {}, Limits(stalled=900, start=3600, hang=None, ends_start=False)),
        ({}, {"hang_after_seconds": 1200}, Limits(stalled=900, start=3600, hang=1200, ends_start=False)),
        ({}, {"start_timeout_seconds": 60}, Limits(stalled=900, start=60, hang=None, ends_start=True)),
        ({"HANG_AFTER_SECONDS": 7200}, {}, Limits(stalled=900, start=3600, hang=7200, ends_start=False)),
        ({"HANG_AFTER_SECONDS": 7200}, {"hang_after_seconds": 0}, Limits(stalled=900, start=3600)),
    ],
)
def test_the_jobs_wishes_win_over_the_settings(
    make_settings: Callable[..., Settings], settings: dict[str, object], wishes: dict[str, int], limits: Limits
) -> None:
    assert limits_of(make_spec(**wishes), make_settings(**settings)) == limits
