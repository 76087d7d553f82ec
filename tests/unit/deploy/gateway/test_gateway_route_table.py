"""Names to replicas, and what somebody may have meant."""

from common.secret import Secret
from deploy.gateway.routes.route_table import make_table
from deploy.routes import Replica

BASE = Replica("a", ("qwen2.5-7b", "poet"), "1", "http://a:1", Secret("k"))
TWIN = Replica("b", ("qwen2.5-7b",), "1", "http://b:1", Secret("k"))
TABLE = make_table([BASE, TWIN], {"qwen2.5-7b", "llama-3-8b"})


def test_a_name_leads_to_all_its_replicas_an_adapter_to_those_that_have_it():
    assert TABLE.replicas_of("qwen2.5-7b") == (BASE, TWIN)
    assert TABLE.replicas_of("poet") == (BASE,)
    assert TABLE.replicas_of("llama-3-8b") == ()


def test_a_name_that_several_models_have_leads_to_one_of_them():
    poet = Replica("c", ("poet",), "1", "http://c:1", Secret("k"), created_at_s=9)
    late = Replica("d", ("llama-3-8b", "poet", "judge"), "1", "http://d:1", Secret("k"), created_at_s=8)
    older = Replica("e", ("phi-4", "judge"), "1", "http://e:1", Secret("k"), created_at_s=7)
    table = make_table([BASE, late, poet, older], [])

    assert table.replicas_of("poet") == (poet,)
    assert table.replicas_of("judge") == (older,)
    assert make_table([BASE, late], []).replicas_of("poet") == (BASE,)


def test_a_name_is_known_with_or_without_a_replica():
    assert [TABLE.knows(name) for name in ("poet", "llama-3-8b", "gpt-4")] == [True, True, False]


def test_near_names_are_offered_whatever_their_case():
    assert TABLE.nearest("Qwen2.5-7B-Instruct") == ["qwen2.5-7b"]
    assert TABLE.nearest("LLAMA-3-8B") == ["llama-3-8b"]
    assert TABLE.nearest("x") == []


def test_equal_looks_make_equal_tables():
    assert make_table([BASE, TWIN], ["llama-3-8b", "qwen2.5-7b"]) == TABLE
    assert make_table([BASE], []) != TABLE
