from workers.swift.failures import Raised, chain_in, left_out_for

PLAIN = """\
[INFO:swift] Start
Traceback (most recent call last):
  File "/v/a.py", line 3, in read
    raise KeyError("x")
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/v/sft.py", line 20, in <module>
    sft_main()
  File "/v/b.py", line 5, in load
    raise ValueError("no x") from None
ValueError: no x
in the second line

Train:   0%|          | 0/9 [00:00<?, ?it/s]
"""

LEFT_OUT = """\
Map:   0%| | 0/8 [00:00<?, ? examples/s][INFO:swift] Traceback (most recent call last):
  File "/v/swift/dataset/preprocessor/core.py", line 231, in batched_preprocess
    row = self.preprocess(row)
ValueError: MemoryError: is what the row says

[WARNING:swift] There are errors in the dataset, the data will be deleted
Traceback (most recent call last):
  File "/v/swift/dataset/utils.py", line 37, in sample_dataset
    n = dataset_sample // len(dataset)
ZeroDivisionError: integer division or modulo by zero
"""

OF_ANOTHER_PROCESS = '''\
multiprocess.pool.RemoteTraceback:
"""
Traceback (most recent call last):
  File "/v/json.py", line 4, in decode
json.decoder.JSONDecodeError: Expecting value: line 1

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/v/core.py", line 472, in repair
ValueError: malformed node
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/v/pool.py", line 774, in get
    raise self._value
ValueError: malformed node
'''


def kinds(text: str) -> list[str]:
    return [raised.kind for raised in chain_in(text.split("\n"))]


def test_a_chain_is_read_with_its_root_last() -> None:
    outer, root = chain_in(PLAIN.split("\n"))

    assert outer == Raised(
        "ValueError", "no x\nin the second line", (("/v/sft.py", 20, "<module>"), ("/v/b.py", 5, "load"))
    )
    assert (root.kind, root.message) == ("KeyError", "'x'")


def test_ranks_put_their_number_before_each_line() -> None:
    assert kinds("\n".join(f"[rank1]: {line}" for line in PLAIN.split("\n"))) == ["ValueError", "KeyError"]


def test_lines_that_lost_their_indentation_are_read_too() -> None:
    assert kinds("\n".join(line.strip() for line in PLAIN.split("\n"))) == ["ValueError", "KeyError"]


def test_the_last_chain_counts_and_not_that_of_a_row_that_was_left_out() -> None:
    lines = LEFT_OUT.split("\n")

    assert kinds(LEFT_OUT) == ["ZeroDivisionError"]
    assert left_out_for(lines) == "ValueError: MemoryError: is what the row says"
    assert left_out_for(PLAIN.split("\n")) == ""


def test_what_another_process_raised_is_the_root() -> None:
    assert kinds(OF_ANOTHER_PROCESS) == ["ValueError", "ValueError", "json.decoder.JSONDecodeError"]


def test_a_worker_of_a_data_loader_is_looked_through() -> None:
    text = """\
Traceback (most recent call last):
  File "/v/torch/_utils.py", line 750, in reraise
KeyError: Caught KeyError in DataLoader worker process 0.
Original Traceback (most recent call last):
  File "/v/torch/worker.py", line 349, in _worker_loop
KeyError: 'messages'
"""

    assert chain_in(text.split("\n"))[-1].message == "'messages'"


def test_an_exception_of_cpp_ends_a_process_without_a_traceback() -> None:
    text = "terminate called after throwing an instance of 'c10::DistBackendError'\n  what():  [Rank 1] Watchdog caught"

    assert chain_in(text.split("\n")) == (Raised("c10.DistBackendError", "[Rank 1] Watchdog caught"),)


def test_a_log_without_a_traceback_has_no_chain() -> None:
    assert chain_in([]) == ()
    assert chain_in(["Traceback (most recent call last):", "cut off"]) == ()
    assert chain_in(["MemoryError: in the middle", "the end"]) == ()
