"""Failures of options that ms-swift found itself, when it had begun: how it ended tells no more than that it failed."""

import re

from common.reasons import Reason
from workers.swift.failures.classes import FailureClass

_VALUE_ERROR = re.compile(r"^(ValueError|AssertionError|KeyError)$")


OPTIONS = (
    FailureClass(
        Reason.EXIT_NONZERO,
        "the model has no modules called {}: leave target_modules out, or name ones that it has, as all-linear does",
        ("modules",),
        kind=_VALUE_ERROR,
        message=re.compile(r"^Target modules \{?(?P<modules>.+?)\}? not found in the base model"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "the ms-swift of the node does not know {}: look at the options of its release",
        ("options",),
        kind=_VALUE_ERROR,
        message=re.compile(r"^remaining_argv: \[(?P<options>.+)\]"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "ms-swift cannot tell by itself what kind of model this is: set model_type in extra_args",
        kind=_VALUE_ERROR,
        message=re.compile(r"^Failed to automatically match `?model_type`?"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "ms-swift cannot tell by itself how this model's chats are written: set template in extra_args",
        kind=_VALUE_ERROR,
        message=re.compile(r"^(Failed to automatically match `?template`?|Please explicitly pass the `?template)"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "ms-swift has no {} {}: look at the names that its release knows",
        ("option", "name"),
        kind=_VALUE_ERROR,
        message=re.compile(r"^(?P<option>model_type|template_type): '(?P<name>[^']+)' not in \["),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "num_labels is missing, which a classifier needs: set it in extra_args",
        kind=_VALUE_ERROR,
        message=re.compile(r"^Please pass the parameter `num_labels`"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "one step has {} answers, which is no multiple of num_generations {}: make batch_size times GPUs times"
        " gradient_accumulation_steps one",
        ("batch", "generations"),
        kind=_VALUE_ERROR,
        message=re.compile(
            r"generation_batch_size \((?P<batch>\d+)\) must be (evenly )?divisible by num_generations"
            r" \((?P<generations>\d+)\)"
        ),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "there is no reward function {}: name one of ms-swift's in reward_funcs",
        ("function",),
        kind=_VALUE_ERROR,
        message=re.compile(r"^reward_function (?P<function>\S+) is not implemented"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "data that is streamed has no end that is known: set max_steps",
        kind=_VALUE_ERROR,
        message=re.compile(r"max_steps has to be specified|Please specify `?max_steps"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "load_best_model_at_end wants each save to fall on an evaluation: make save_steps a multiple of eval_steps",
        kind=_VALUE_ERROR,
        message=re.compile(r"load_best_model_at_end requires the (saving steps|save and eval)"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "no evaluation gives the metric {}: name one that it gives in metric_for_best_model",
        ("metric",),
        kind=_VALUE_ERROR,
        message=re.compile(r"`metric_for_best_model` training argument is set to '(?P<metric>[^']+)', which is not"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "nothing of the model is trained: look at the tuner, at target_modules and at what is frozen",
        kind=re.compile(r"^(IndexError|ValueError|RuntimeError)$"),
        message=re.compile(
            r"^(optimizer got an empty parameter list|list index out of range$"
            r"|element 0 of tensors does not require grad)"
        ),
        frame=re.compile(r"torch/optim/| _get_learning_rate$|torch/autograd/"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "this node's GPU does not compute in bfloat16: set torch_dtype float16 or float32",
        kind=_VALUE_ERROR,
        message=re.compile(r"^Your setup doesn't support bf16/gpu"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "packing needs flash attention: set attn_impl flash_attn on a node that has it, or leave packing out",
        kind=_VALUE_ERROR,
        message=re.compile(r'^The "(packing|padding_free)" feature requires a flash attention'),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "there is no loss_type {}: name one of ms-swift's, or leave it out",
        ("name",),
        kind=re.compile(r"^KeyError$"),
        message=re.compile(r"^'(?P<name>\w+)'$"),
        frame=re.compile(r" create_loss_and_eval_metric$"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "there is no checkpoint in {} that can be gone on from: look at the path",
        ("path",),
        kind=_VALUE_ERROR,
        message=re.compile(r"^Can't find a valid checkpoint at (?P<path>.+)"),
    ),
)
