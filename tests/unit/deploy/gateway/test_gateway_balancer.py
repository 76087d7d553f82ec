"""Which replica gets the next request."""

from contextlib import ExitStack

from common.secret import Secret
from deploy.gateway.forwarding.balancer import Balancer
from deploy.routes import Replica


def replica(name: str) -> Replica:
    return Replica(name, ("qwen",), "1", f"http://{name}:8000", Secret("key"))


A, B, C = replica("a"), replica("b"), replica("c")


def picks(balancer: Balancer, count: int, *, now: float = 0.0) -> list[str]:
    found = [balancer.pick((A, B, C), (), now) for _ in range(count)]
    return [each.deployment_id for each in found if each]


def test_ties_rotate():
    assert picks(Balancer(5), 7) == ["a", "b", "c", "a", "b", "c", "a"]


def test_the_one_with_the_fewest_outstanding_requests_is_picked():
    balancer = Balancer(5)

    with ExitStack() as stack:
        for busy in (A, A, B, B, B, C):
            stack.enter_context(balancer.outstanding(busy))

        assert picks(balancer, 3) == ["c", "c", "c"]
    assert [balancer.count(each) for each in (A, B, C)] == [0, 0, 0]


def test_those_that_were_tried_are_not_picked_again():
    balancer = Balancer(5)

    assert balancer.pick((A, B), {("a", A.base_url)}, 0.0) == B
    assert balancer.pick((A,), {("a", A.base_url)}, 0.0) is None
    assert balancer.pick((), (), 0.0) is None


def test_an_ejected_one_is_passed_over_for_a_while():
    balancer = Balancer(5)
    balancer.eject(A, now=10.0)

    assert picks(balancer, 4, now=14.9) == ["b", "c", "b", "c"]
    assert picks(balancer, 1, now=15.0) == ["a"]


def test_ejected_ones_are_asked_when_there_is_no_other():
    balancer = Balancer(5)
    for each in (A, B, C):
        balancer.eject(each, now=0.0)

    assert balancer.pick((A,), (), 1.0) == A
    assert sorted(picks(balancer, 3, now=1.0)) == ["a", "b", "c"]


def test_outstanding_requests_survive_a_new_table():
    balancer = Balancer(5)

    with balancer.outstanding(A):
        balancer.keep([B])
        balancer.keep([A, B])

        assert balancer.pick((A, B), (), 0.0) == B
        assert balancer.count(A) == 1
    assert balancer.count(A) == 0


def test_a_deployment_at_a_new_address_is_another_server():
    balancer = Balancer(5)
    moved = Replica("a", ("qwen",), "1", "http://elsewhere:8000", Secret("key"))
    balancer.eject(A, now=0.0)

    assert balancer.pick((moved, B), {("b", B.base_url)}, 1.0) == moved
    balancer.keep([moved])
    assert balancer.pick((A, moved), {("a", moved.base_url)}, 1.0) == A
