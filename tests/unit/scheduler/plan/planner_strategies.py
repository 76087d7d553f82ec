"""Random small fleets and queues: small enough to check by brute force, varied enough to reach every rule."""

from hypothesis import settings
from hypothesis import strategies as st

from scheduler.plan.workloads import NodeView, Running, Workload
from tests.unit.scheduler.plan.planner_builders import at, make_gpu

bounded = settings(max_examples=40)

MODELS = ("NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3")
lengths = st.sampled_from((None, 10, 30, 60, 100))


@st.composite
def workloads(draw, number: int, with_back_off: bool = True):
    return Workload(
        f"job-{number}",
        draw(st.integers(0, 2)),
        draw(st.integers(0, 3)),
        gpus=draw(st.integers(1, 4)),
        nodes=draw(st.sampled_from((1, 1, 1, 2))),
        gpu_model=draw(st.sampled_from(("", "", "A100", "H100", "L4"))),
        node_names=draw(st.sampled_from((frozenset(), frozenset(), frozenset({"n0"}), frozenset({"n1", "n2"})))),
        labels=draw(st.sampled_from(((), (), (("zone", "a"),)))),
        not_before=draw(st.sampled_from((None, None, at(-1), at(5)))) if with_back_off else None,
        expected_seconds=draw(lengths),
    )


@st.composite
def queues(draw, **options):
    return [draw(workloads(number, **options)) for number in range(draw(st.integers(1, 8)))]


# What is on a GPU: nothing, work that ends in so many seconds, a stranger, or a fault. One draw each keeps it fast.
conditions = st.sampled_from(("free",) * 5 + (None, -5, 10, 30, 60) + ("foreign", "unhealthy"))


@st.composite
def nodes_with_work(draw, number: int):
    name, model, zone = f"n{number}", draw(st.sampled_from(MODELS)), draw(st.sampled_from("ab"))
    views, running = [], []
    for index, condition in enumerate(draw(st.lists(conditions, min_size=1, max_size=4))):
        is_leased = condition is None or isinstance(condition, int)
        view = make_gpu(
            name,
            index,
            model=model,
            leased_by="old" if is_leased else None,
            foreign=condition == "foreign",
            healthy=condition != "unhealthy",
            numa_node=index // 2,
        )
        views.append(view)
        if is_leased:
            running.append(Running("old", name, (view.uuid,), None if condition is None else at(condition)))
    return NodeView(name, tuple(views), {"zone": zone}, accepting=draw(st.integers(0, 9)) > 0), running


@st.composite
def fleets(draw):
    """Nodes and the work on their leased GPUs, some of it with an expected end."""
    pairs = [draw(nodes_with_work(number)) for number in range(draw(st.integers(0, 4)))]
    return [node for node, _ in pairs], [work for _, running in pairs for work in running]
