"""Restarts come later and later, and end."""

import pytest

from client.stack.restarts import restart_delay


@pytest.mark.parametrize(
    ("deaths", "delay"),
    [([100], 0.5), ([99, 100], 1.0), ([98, 99, 100], 2.0), ([97, 98, 99, 100], 4.0), ([96, 97, 98, 99, 100], 8.0)],
)
def test_each_death_doubles_the_delay(deaths, delay):
    assert restart_delay(deaths, now=100) == delay


def test_the_sixth_death_within_two_minutes_is_one_too_many():
    assert restart_delay([95, 96, 97, 98, 99, 100], now=100) is None


def test_old_deaths_are_forgiven():
    assert restart_delay([1, 2, 3, 4, 5, 200], now=200) == 0.5
