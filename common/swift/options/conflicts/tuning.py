"""What is trained of the model, on which weights, and when a training ends."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict
from common.swift.options.typed import UNFREEZING

# By the way of quantising, the bits that it takes when a model is loaded; fp8 has its own.
BITS = {
    "bnb": ("4", "8"),
    "hqq": ("1", "2", "3", "4", "8"),
    "eetq": ("8",),
    "quanto": ("2", "4", "8", "float8"),
}
MAIL = ("swanlab_sender_email", "swanlab_receiver_email", "swanlab_smtp_server", "swanlab_smtp_port")
ROPE_SCALINGS = ("linear", "dynamic", "yarn")


def of_tuner(asked: Asked) -> Iterator[FieldProblem]:
    adapters = asked.values("adapters")
    if adapters and asked.is_full:
        why = "train_type full passes adapters over: merge them into the model first, or take the train_type of theirs"
        yield conflict(asked, "adapters", why)
    elif len(adapters) > 1:
        yield conflict(asked, "adapters", "a training goes on with one adapter; name one")
    if asked.text("tuner_backend") == "unsloth" and asked.text("tuner_type") not in {"lora", "full"}:
        yield conflict(asked, "tuner_backend", "unsloth does lora and full; leave it out otherwise")
    for rate, frozen in UNFREEZING.items():
        if rate in asked.sent and asked.has(frozen) and asked.is_on(frozen):
            yield conflict(asked, frozen, f"what is frozen does not learn at the rate {rate}: leave one of both out")


def of_quantised_weights(asked: Asked) -> Iterator[FieldProblem]:
    method, bits = asked.text("quant_method"), asked.text("quant_bits")
    if bits and not method:
        yield conflict(asked, "quant_method", f"say how the weights get {bits} bits: {', '.join(BITS)}")
    elif method in BITS and bits not in BITS[method]:
        yield conflict(asked, "quant_bits", f"{method} takes {', '.join(BITS[method])} bits: say which")
    elif method and asked.is_full:
        why = "weights of few bits are not trained themselves: take train_type lora, or leave quant_method out"
        yield conflict(asked, "quant_method", why)


def of_task(asked: Asked) -> Iterator[FieldProblem]:
    if asked.text("task_type") == "seq_cls" and asked.method != "rm" and not asked.whole("num_labels"):
        yield conflict(asked, "num_labels", "task_type seq_cls sorts into so many classes: say how many")
    yield from _of_scaling(asked)


def of_tracking(asked: Asked) -> Iterator[FieldProblem]:
    """What swanlab is told to send by mail has to have a sender, a receiver and a server."""
    if not {"swanlab", "all"} & set(asked.values("report_to")):
        return
    lacking = [name for name in MAIL if not asked.has(name)]
    if asked.text("swanlab_notification_method") == "email" and lacking:
        why = f"email needs {', '.join(lacking)}, too: give them, or leave this out"
        yield conflict(asked, "swanlab_notification_method", why)


def of_schedule(asked: Asked) -> Iterator[FieldProblem]:
    if "warmup_ratio" in asked.sent and asked.params.get("warmup_ratio") and asked.number("warmup_steps"):
        yield conflict(asked, "warmup_steps", "warmup_ratio says it already: leave one of both out")
    if asked.number("warmup_steps") < 0:
        yield conflict(asked, "warmup_steps", "it is a number of steps, or a share of them below 1: 0 or more")
    if asked.has("torch_empty_cache_steps") and asked.number("torch_empty_cache_steps") < 1:
        yield conflict(asked, "torch_empty_cache_steps", "it is a number of steps: 1 or more")
    if asked.has("dataloader_prefetch_factor") and not asked.number("dataloader_num_workers"):
        why = "with dataloader_num_workers 0 nobody reads ahead: leave this out, or ask for workers"
        yield conflict(asked, "dataloader_prefetch_factor", why)


def _of_scaling(asked: Asked) -> Iterator[FieldProblem]:
    scaling = asked.text("rope_scaling")
    is_object = scaling.startswith("{")
    if scaling and scaling not in ROPE_SCALINGS and not is_object:
        yield conflict(asked, "rope_scaling", f"it is one of {', '.join(ROPE_SCALINGS)}, or a JSON object")
    elif not scaling or asked.whole("max_model_len"):
        return
    elif not is_object:
        yield conflict(asked, "max_model_len", f"rope_scaling {scaling} stretches the model to it: say how far")
    elif '"factor"' not in scaling and any(f'"{name}"' in scaling for name in ROPE_SCALINGS):
        yield conflict(asked, "max_model_len", "rope_scaling has no factor, and stretches the model to it: say how far")
