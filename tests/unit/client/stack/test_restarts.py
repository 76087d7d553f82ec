"""Restarts come later and later, up to a bound, and never end."""

import pytest

from client.stack.supervisor import Restart, next_start


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0)])
def test_each_death_in_a_row_doubles_the_delay(deaths, seconds):
    assert next_start(deaths) == Restart(seconds)


@pytest.mark.parametrize(("deaths", "seconds"), [(6, 30.0), (7, 60.0), (9, 240.0), (10, 300.0), (10_000, 300.0)])
def test_from_the_sixth_on_it_is_given_up_for_longer_and_longer(deaths, seconds):
    assert next_start(deaths) == Restart(seconds, given_up=True)


@pytest.mark.parametrize("deaths", [6, 10_000])
def test_what_all_others_need_is_tried_every_few_seconds(deaths):
    assert next_start(deaths, needed_by_all=True) == Restart(8.0, given_up=True)
