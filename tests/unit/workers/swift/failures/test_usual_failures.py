"""The chains of exceptions that real mistakes ended in, and what a user is told of each."""

import pytest

from common.reasons import Reason
from workers.swift.failures import Chain, Raised, explain, most_telling

DATA_SETS = "/v/site-packages/datasets/builder.py"
READS_JSON = ("/v/site-packages/datasets/packaged_modules/json/json.py", 215, "_generate_tables")
NO_ROWS = ("/v/site-packages/swift/dataset/utils.py", 37, "sample_dataset")
SHOWS = ("/v/site-packages/swift/pipelines/train/sft.py", 288, "_show_dataset")
READS_PARQUET = ("/v/site-packages/datasets/packaged_modules/parquet/parquet.py", 215, "_generate_tables")
READS_ARROW = ("/v/site-packages/datasets/packaged_modules/arrow/arrow.py", 65, "_generate_tables")
TABLE = {"file": "/data/x.parquet"}
GENERATES = Raised(
    "datasets.exceptions.DatasetGenerationError",
    "An error occurred while generating the dataset",
    ((DATA_SETS, 1922, "_prepare_split_single"),),
    {"dataset_path": "/data/x.jsonl"},
)
FILE = {"file": "/data/x.jsonl", "file_bytes": "4000"}

MODELS = "/v/lib/python3.11/site-packages/transformers/models/qwen2/modeling_qwen2.py"
BUILDS = (MODELS, 406, "__init__")
ACTIVATIONS = ("/v/lib/python3.11/site-packages/transformers/activations.py", 226, "__getitem__")
TYPES = ("/v/lib/python3.11/site-packages/swift/utils/hf_config.py", 186, "to_torch_dtype")
UNKNOWN_MODEL = (
    "The checkpoint you are trying to load has model type `nosuch` but Transformers does not recognize this"
    " architecture. This could be because of an issue with the checkpoint.\n\nYou can update Transformers with the"
    " command `pip install --upgrade transformers`. If this does not work"
)


def of_torch(message: str, kind: str = "RuntimeError") -> Chain:
    return (Raised(kind, message),)


def arrow(message: str, told: dict[str, str] = FILE) -> Chain:
    root = Raised("ValueError", "Trailing data at position 110", (), FILE)
    return GENERATES, Raised("pyarrow.lib.ArrowInvalid", message, (READS_JSON,), told), root


@pytest.mark.parametrize(
    ("chain", "reason", "told"),
    [
        (
            arrow("JSON parse error: Invalid encoding in string. in row 1233"),
            Reason.DATA_INVALID,
            "row 1234 of /data/x.jsonl is not valid JSON",
        ),
        (  # of a file that is read in several parts nobody knows which row it is
            arrow("JSON parse error: Missing a name. in row 5", FILE | {"file_bytes": "99000000"}),
            Reason.DATA_INVALID,
            "/data/x.jsonl is not valid JSON",
        ),
        (
            arrow("Recursion level in ArrowSchema struct exceeded"),
            Reason.DATA_INVALID,
            "/data/x.jsonl has lists or objects that are nested deeper than `datasets` reads",
        ),
        (
            arrow("JSON parse error: Column(/query) changed from string to object in row 7"),
            Reason.DATA_INVALID,
            "Column(/query) changes from string to object in row 8 of /data/x.jsonl",
        ),
        (
            (GENERATES, Raised("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xc4", (), FILE)),
            Reason.DATA_INVALID,
            "/data/x.jsonl is not UTF-8",
        ),
        (
            (GENERATES, Raised("datasets.table.CastError", "Couldn't cast\nquery: string\nto", (), FILE)),
            Reason.DATA_INVALID,
            "the columns of /data/x.jsonl are not those of the files before it",
        ),
        (
            (GENERATES, Raised("OSError", "Corrupt snappy compressed data.", (READS_PARQUET,), TABLE)),
            Reason.DATA_INVALID,
            "/data/x.parquet is damaged: copy or download it again",
        ),
        (
            (GENERATES, Raised("OSError", "Expected to be able to read 720 bytes", (READS_ARROW,), TABLE)),
            Reason.DATA_INVALID,
            "/data/x.parquet is damaged: copy or download it again",
        ),
        (
            (GENERATES, Raised("pyarrow.lib.ArrowInvalid", "BatchSize must be greater than 0, got 0", (), TABLE)),
            Reason.DATA_INVALID,
            "/data/x.parquet has no rows in its first row group",
        ),
        (
            (
                GENERATES,
                Raised(
                    "pyarrow.lib.ArrowNotImplementedError",
                    "Nested data conversions not implemented for chunked array outputs",
                    (READS_PARQUET,),
                    TABLE,
                ),
            ),
            Reason.DATA_INVALID,
            "a row group of /data/x.parquet is too large",
        ),
        (
            (Raised("ValueError", "Arrow type uuid does not have a datasets dtype equivalent.", (READS_PARQUET,)),),
            Reason.DATA_INVALID,
            "a file has columns of a type that cannot be read",
        ),
        ((Raised("StopIteration", "", (), GENERATES.told),), Reason.DATA_INVALID, "/data/x.jsonl has no rows"),
        (
            (Raised("ZeroDivisionError", "integer division or modulo by zero", (NO_ROWS,)),),
            Reason.DATA_INVALID,
            "none of the rows could be used: look at their columns",
        ),
        (
            (
                Raised(
                    "TypeError", "'NoneType' object is not iterable", (SHOWS,), {"left_out": "ValueError: no answer"}
                ),
            ),
            Reason.DATA_INVALID,
            "none of the rows could be used, the last of them for this: ValueError: no answer",
        ),
        (of_torch("Target 5 is out of bounds.", "IndexError"), Reason.DATA_INVALID, "the label 5 is beyond num_labels"),
        (
            (Raised("requests.exceptions.ConnectionError", "x", (), {"dataset_id": "who/what"}),),
            Reason.DATA_NOT_FOUND,
            "the data set who/what cannot be had from its hub",
        ),
        (
            of_torch("Target modules {'not_there'} not found in the base model.", "ValueError"),
            Reason.EXIT_NONZERO,
            "the model has no modules called 'not_there'",
        ),
        (
            of_torch("generation_batch_size (1) must be evenly divisible by num_generations (8).", "ValueError"),
            Reason.EXIT_NONZERO,
            "one step has 1 answers, which is no multiple of num_generations 8",
        ),
        (
            of_torch("template_type: 'nonsense' not in ['chatml', 'dummy']", "ValueError"),
            Reason.EXIT_NONZERO,
            "ms-swift has no template_type nonsense",
        ),
        (
            of_torch("The `metric_for_best_model` training argument is set to 'eval_x', which is not found", "KeyError")
            + of_torch("'eval_x'", "KeyError"),
            Reason.EXIT_NONZERO,
            "no evaluation gives the metric eval_x",
        ),
        (
            of_torch("Error(s) in loading state_dict for PeftModel:\n\tsize mismatch for a.b: copying a param"),
            Reason.MODEL_INVALID,
            "the adapter is of a model of other sizes",
        ),
        (
            (Raised("safetensors_rust.SafetensorError", "Error while deserializing header: incomplete", (), FILE),),
            Reason.MODEL_INVALID,
            "/data/x.jsonl is damaged or cut off",
        ),
        (of_torch("path: '/m/none' not found", "ValueError"), Reason.MODEL_NOT_FOUND, "/m/none is not there"),
        (
            of_torch("Padding_idx must be within num_embeddings", "AssertionError"),
            Reason.MODEL_INVALID,
            "tokenizer and model do not belong together",
        ),
        (
            (
                Raised("importlib.metadata.PackageNotFoundError", "No package metadata was found for deepspeed"),
                Raised("StopIteration"),
            ),
            Reason.PACKAGE_MISSING,
            "the node lacks the package deepspeed",
        ),
        (
            of_torch("WandbCallback requires wandb to be installed. Run `pip install wandb`."),
            Reason.PACKAGE_MISSING,
            "the node lacks the package wandb",
        ),
        (
            (Raised("ValueError", UNKNOWN_MODEL), Raised("KeyError", "'nosuch'")),
            Reason.MODEL_INVALID,
            "config.json of the model says model_type nosuch, which the node's transformers does not know",
        ),
        (
            (Raised("KeyError", "'nosuch'", (BUILDS, ACTIVATIONS)),),
            Reason.MODEL_INVALID,
            "config.json of the model names the activation function nosuch, which",
        ),
        (
            (Raised("KeyError", "'nosuch'", (BUILDS,)),),
            Reason.MODEL_INVALID,
            "config.json of the model says nosuch, which the node's transformers does not know: correct it",
        ),
        (
            (Raised("AttributeError", "module 'torch' has no attribute 'float99'", (TYPES,)),),
            Reason.MODEL_INVALID,
            "config.json of the model says dtype float99, which PyTorch does not have",
        ),
        (
            (
                Raised(
                    "huggingface_hub.errors.StrictDataclassClassValidationError",
                    "Class validation error for validator 'validate_layer_type':\n    ValueError:"
                    " `num_hidden_layers` (9) must be equal to the number of `layer_types` (2)",
                ),
                Raised("ValueError", "`num_hidden_layers` (9) must be equal to the number of `layer_types` (2)"),
            ),
            Reason.MODEL_INVALID,
            "values that cannot be: `num_hidden_layers` (9) must be equal to the number of `layer_types` (2);",
        ),
        (
            (Raised("ZeroDivisionError", "integer division or modulo by zero", (BUILDS,)),),
            Reason.MODEL_INVALID,
            "the model cannot be built as its config.json says",
        ),
        (
            of_torch("Please update liger-kernel to 0.7.0 or later: `pip install -U liger-kernel`", "ValueError"),
            Reason.PACKAGE_MISSING,
            "the node lacks the package liger-kernel, or has another release of it than this needs",
        ),
        (
            of_torch("X requires transformers>=9. Try `pip install transformers -U`", "ImportError"),
            Reason.PACKAGE_MISSING,
            "the node lacks the package transformers, or has another release of it than this needs",
        ),
        (
            of_torch("use_liger_kernel requires liger_kernels, try `pip install liger-kernel`", "AssertionError"),
            Reason.PACKAGE_MISSING,
            "the node lacks the package liger-kernel",
        ),
        (
            of_torch("No module named 'vllm.lora'", "ModuleNotFoundError"),
            Reason.PACKAGE_MISSING,
            "the node lacks the package vllm",
        ),
        (of_torch("[Errno 28] No space left on device", "OSError"), Reason.DISK_FULL, "a disk of the node is full"),
        (
            of_torch(
                'Error while serializing: IoError(Os { code: 28, kind: StorageFull, message: "No space left" })',
                "safetensors_rust.SafetensorError",
            ),
            Reason.DISK_FULL,
            "a disk of the node is full",
        ),
        (of_torch("[Errno 122] Disk quota exceeded: '/o/x'", "OSError"), Reason.DISK_FULL, "the quota of a disk"),
        (
            of_torch("[enforce fail at inline_container.cc:672] . unexpected pos 59904 vs 59796")
            + of_torch("basic_ios::clear: iostream error"),
            Reason.DISK_FULL,
            "a file could not be written to its end",
        ),
        (
            of_torch("CUDA out of memory. Tried to allocate 20 GiB.", "torch.OutOfMemoryError"),
            Reason.OUT_OF_MEMORY,
            "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 GiB.; lower batch_size or max_length",
        ),
        (of_torch("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `x`"), Reason.OUT_OF_MEMORY, "lower batch_size"),
        (
            of_torch("[enforce fail] DefaultCPUAllocator: can't allocate memory: you"),
            Reason.OUT_OF_MEMORY,
            "lower data",
        ),
        (of_torch("", "MemoryError"), Reason.OUT_OF_MEMORY, "give the node more memory"),
        (of_torch("std::bad_alloc", "std.bad_alloc"), Reason.OUT_OF_MEMORY, "give the node more memory"),
        (
            of_torch("CUDA error: device-side assert triggered\nCUDA kernel errors might be", "torch.AcceleratorError"),
            Reason.EXIT_NONZERO,
            "a token or a label lies beyond what the model has",
        ),
        (of_torch("CUDA error: uncorrectable ECC error encountered"), Reason.GPU_FAILED, "a GPU of the node failed"),
        (
            of_torch("CUDA error: no kernel image is available for execution on the device"),
            Reason.NODE_UNFIT,
            "the node's PyTorch does not fit its GPU",
        ),
        (
            of_torch(
                "NCCL error in: NCCLUtils.hpp:275, unhandled system error\nncclSystemError: System call\nLast error:\n"
                "Error while creating shared memory segment /dev/shm/nccl-9D6bNG (size 9637888)",
                "torch.distributed.DistBackendError",
            ),
            Reason.NODE_UNFIT,
            "the node's shared memory is too small",
        ),
        (
            of_torch(
                "NCCL error in: ProcessGroupNCCL.cpp:1333, remote process exited", "torch.distributed.DistBackendError"
            ),
            Reason.RANKS_DISCONNECTED,
            "its processes lost each other",
        ),
        (
            of_torch("[Rank 0] Watchdog caught collective operation timeout: WorkNCCL(", "c10.DistBackendError"),
            Reason.RANKS_DISCONNECTED,
            "its processes waited for each other in vain",
        ),
        (
            of_torch("DataLoader worker (pid 7) is killed by signal: Killed. "),
            Reason.EXIT_NONZERO,
            "a process that prepared data was killed",
        ),
        (
            of_torch("CUDA_HOME does not exist, unable to compile CUDA op(s)", "deepspeed.x.MissingCUDAException"),
            Reason.NODE_UNFIT,
            "deepspeed wants to compile a part of itself",
        ),
    ],
)
def test_a_usual_failure_is_told_with_its_reason_and_the_way_out(chain: Chain, reason: Reason, told: str) -> None:
    known = explain([chain])

    assert known is not None
    assert (known.reason, told in known.message) == (reason, True), known.message


@pytest.mark.parametrize(
    "chain",
    [
        of_torch("row 3: CUDA out of memory. Tried to allocate", "ValueError"),
        of_torch("Unable to parse 'MemoryError: no space left on device (os error 28) yet'", "ValueError"),
        of_torch("the answer says: CUDA out of memory"),
        of_torch("could not use 'No space left on device'", "OSError"),
    ],
)
def test_text_of_data_blames_neither_memory_nor_a_disk(chain: Chain) -> None:
    known = explain([chain])

    assert known is None or known.reason not in {Reason.OUT_OF_MEMORY, Reason.DISK_FULL}


def test_what_a_rank_says_of_itself_goes_before_that_another_lost_it() -> None:
    lost = of_torch("[gloo/transport/tcp/pair.cc:547] Connection closed by peer [127.0.0.1]:3")
    why = of_torch("told to fail")

    assert explain([lost, why]) is None
    assert most_telling([lost, why]) == "RuntimeError: told to fail"
    alone = explain([lost, lost])
    assert alone is not None
    assert alone.reason is Reason.RANKS_DISCONNECTED


def test_what_no_class_knows_is_told_by_the_exception_nearest_to_the_root_that_says_something() -> None:
    place = (("/v/swift/x.py", 7, "run"),)
    named = (Raised("ValueError", "no such thing: x"), Raised("KeyError", "'x'", place))
    caused = (Raised("a.GenerationError", "An error occurred"), Raised("ValueError", "row 3 is odd"))

    assert most_telling([named]) == "ValueError: no such thing: x"
    assert most_telling([caused]) == "ValueError: row 3 is odd"
    assert most_telling([named[1:]]) == "KeyError: 'x', in run of /v/swift/x.py, line 7"
    assert most_telling([()]) == ""


def test_a_text_that_only_tells_what_may_help_names_no_missing_package() -> None:
    assert explain([of_torch("the row is odd; you can look at it with `pip install jq`", "ValueError")]) is None


def test_no_place_of_the_nodes_packages_is_told() -> None:
    stumbled = Raised("KeyError", "'x'", (("/v/lib/python3.11/site-packages/swift/tuners/x.py", 250, "run"),))
    quoted = Raised("OSError", "cannot import y (/v/lib/python3.11/site-packages/y/__init__.py) for '/data/a.jsonl'")

    assert most_telling([(stumbled,)]) == "KeyError: 'x', in run of swift/tuners/x.py, line 250"
    assert most_telling([(quoted,)]) == "OSError: cannot import y (y/__init__.py) for '/data/a.jsonl'"
