import json

from common.swift.programs.training.orders import VARIABLE, Orders, as_environment, take_orders


def test_orders_arrive_as_they_were_given() -> None:
    orders = Orders("/facts", "dpo", 0.25, "always")

    assert take_orders(as_environment(orders)) == orders


def test_without_orders_nothing_is_hooked() -> None:
    assert take_orders({}) is None


def test_what_a_newer_worker_asks_besides_is_left_out() -> None:
    assert take_orders({VARIABLE: json.dumps({"facts_dir": "/facts", "sings": True})}) == Orders("/facts")
