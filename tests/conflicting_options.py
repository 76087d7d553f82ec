"""Options that ms-swift takes one by one and not together, each with the way out that its refusal names."""

from dataclasses import dataclass, field
from typing import Any

DATA = "train.jsonl"  # stands for a file that is there
MODEL = "model"  # stands for a model that is there
REWARD = {"reward_funcs": ["format"]}
BEST = {"load_best_model_at_end": True}
SPLIT = {"split_dataset_ratio": 0.1}
FLASH = {"attn_impl": "flash_attn"}


@dataclass(frozen=True)
class Conflict:
    """`blamed` is the field that is refused. `params` and `extra` with the changes of `mended` go together.

    `parser_refuses`: ms-swift's own classes of arguments see it; the others it fails over later.
    """

    blamed: str
    extra: dict[str, Any]
    mended: dict[str, Any]
    params: dict[str, Any] = field(default_factory=dict)
    mended_params: dict[str, Any] = field(default_factory=dict)
    method: str = "sft"
    parser_refuses: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.extra} {self.params}"


def _later(blamed: str, extra: dict[str, Any], mended: dict[str, Any], **more: Any) -> Conflict:
    return Conflict(blamed, extra, mended, parser_refuses=False, **more)


def _grpo(blamed: str, extra: dict[str, Any], mended: dict[str, Any], **more: Any) -> Conflict:
    return Conflict(blamed, REWARD | extra, mended, method="grpo", **more)


def _full(method: str) -> dict[str, Any]:
    return {"method": method, "params": {"train_type": "full"}}


# None takes an option out again.
CONFLICTS = [
    _later("extra_args.save_strategy", {"save_strategy": "no"}, {"save_strategy": "epoch"}),
    _later("extra_args.save_strategy", {"save_strategy": "best"}, SPLIT | {"eval_strategy": "steps"}),
    Conflict("extra_args.eval_strategy", {"save_strategy": "best"} | SPLIT, {"eval_strategy": "epoch"}),
    _later("extra_args.create_checkpoint_symlink", {"create_checkpoint_symlink": True}, {"val_dataset": DATA}),
    Conflict("extra_args.load_best_model_at_end", BEST, {"val_dataset": DATA}),
    Conflict("extra_args.load_best_model_at_end", BEST, SPLIT),
    _later("extra_args.split_dataset_ratio", {"split_dataset_ratio": 1.0}, {"split_dataset_ratio": 0.1}),
    Conflict(
        "extra_args.load_best_model_at_end",
        BEST | SPLIT | {"streaming": True, "max_steps": 9},
        {"val_dataset": DATA, "split_dataset_ratio": None},
    ),
    Conflict(
        "extra_args.load_best_model_at_end", BEST | SPLIT | {"eval_strategy": "no"}, {"eval_strategy": None}
    ),
    Conflict("extra_args.eval_strategy", BEST | SPLIT | {"eval_strategy": "epoch"}, {"save_strategy": "epoch"}),
    Conflict("params.save_steps", BEST | SPLIT, {}, params={"save_steps": 30, "eval_steps": 20},
             mended_params={"save_steps": 40}),
    Conflict("params.save_steps", BEST | SPLIT, {}, params={"save_steps": 30, "eval_steps": 20},
             mended_params={"eval_steps": 30}),
    _later("extra_args.metric_for_best_model", SPLIT | {"metric_for_best_model": "accuracy"},
           {"metric_for_best_model": "token_acc"}),
    Conflict("extra_args.lr_scheduler_type", {"lr_scheduler_type": "reduce_lr_on_plateau"}, SPLIT),
    _later("extra_args.max_steps", {"streaming": True}, {"max_steps": 5}),
    Conflict("extra_args.lazy_tokenize", {"streaming": True, "max_steps": 5, "lazy_tokenize": True},
             {"lazy_tokenize": None}),
    Conflict("extra_args.lazy_tokenize", FLASH | {"packing": True, "lazy_tokenize": True}, {"packing": None}),
    _later("extra_args.lazy_tokenize", {"group_by_length": True, "lazy_tokenize": True}, {"group_by_length": None}),
    _later("extra_args.train_dataloader_shuffle", {"group_by_length": True, "train_dataloader_shuffle": False},
           {"train_dataloader_shuffle": None}),
    _later("extra_args.streaming", {"streaming": True, "max_steps": 5}, {"streaming": None}, method="kto"),
    _later("extra_args.truncation_strategy", {"truncation_strategy": "split"}, {"truncation_strategy": "right"}),
    _later("extra_args.interleave_prob", {"interleave_prob": [0.7, 0.3]}, {"interleave_prob": None}),
    _later("extra_args.interleave_prob", {"interleave_prob": [0.7]}, {"interleave_prob": [1.0]}),
    Conflict("extra_args.packing", {"packing": True}, FLASH),
    Conflict("extra_args.padding_free", {"padding_free": True, "attn_impl": "sdpa"}, {"padding_free": None}),
    Conflict("extra_args.padding_free", FLASH | {"padding_free": True}, {"padding_free": None}, method="orpo"),
    _grpo("extra_args.num_generations", {}, {"num_generations": 4}),
    _grpo("extra_args.num_generations", {}, {}, mended_params={"gradient_accumulation_steps": 8}),
    _grpo("extra_args.num_generations", {"num_generations": 3}, {}, mended_params={"gradient_accumulation_steps": 6}),
    _grpo("extra_args.num_generations", {"num_generations": 1}, {"num_generations": 2}),
    _grpo("extra_args.num_generations", {"num_generations": 4, "generation_batch_size": 6},
          {"generation_batch_size": 8}, params={"batch_size": 2}),
    _grpo("extra_args.num_generations", {"num_generations": 4, "steps_per_generation": 3},
          {"steps_per_generation": 4}, params={"batch_size": 2}),
    _grpo("extra_args.generation_batch_size", {"num_generations": 2, "generation_batch_size": 5},
          {"generation_batch_size": 6}, params={"batch_size": 2}),
    _grpo("extra_args.generation_batch_size",
          {"num_generations": 2, "generation_batch_size": 6, "steps_per_generation": 2},
          {"steps_per_generation": None}, params={"batch_size": 2}),
    _grpo("extra_args.num_generations_eval", SPLIT | {"num_generations": 2}, {"per_device_eval_batch_size": 2}),
    _grpo("extra_args.num_generations_eval", SPLIT | {"num_generations": 2}, {"num_generations_eval": 1}),
    _grpo("extra_args.truncation_strategy", {"num_generations": 4, "truncation_strategy": "right"},
          {"truncation_strategy": "left"}),
    _grpo("extra_args.vllm_mode", {"num_generations": 4, "use_vllm": True}, {"vllm_mode": "colocate"}),
    _grpo("extra_args.vllm_mode", {"num_generations": 4, "vllm_mode": "colocate"}, {"use_vllm": True}),
    _grpo("extra_args.vllm_mode", {"num_generations": 4, "vllm_mode": "server", "use_vllm": True},
          {"vllm_mode": "colocate"}),
    _grpo("extra_args.async_generate", {"num_generations": 4, "async_generate": True}, {"async_generate": None}),
    _grpo("extra_args.soft_cache_length", {"num_generations": 4, "reward_funcs": ["soft_overlong"]},
          {"soft_cache_length": 8}),
    _grpo("extra_args.reward_weights", {"num_generations": 4, "reward_weights": [1, 2]}, {"reward_weights": [1]},
          parser_refuses=False),
    _grpo("extra_args.num_generations",
          {"num_generations": 4, "generation_batch_size": 6, "steps_per_generation": 3},
          {"steps_per_generation": None, "generation_batch_size": 8}, params={"batch_size": 2}),
    _grpo("extra_args.reward_funcs", {"num_generations": 4, "reward_funcs": ["math"]}, {"reward_funcs": ["accuracy"]},
          parser_refuses=False),
    _grpo("extra_args.soft_cache_length",
          {"num_generations": 4, "reward_funcs": ["soft_overlong"], "soft_cache_length": 600},
          {"soft_cache_length": 100}, parser_refuses=False),
    _later("extra_args.eval_metric", SPLIT | {"eval_metric": "infonce"}, {"eval_metric": "acc"}),
    _later("extra_args.loss_type", {"task_type": "embedding"}, {"loss_type": "infonce"}),
    _later("extra_args.loss_type", {"task_type": "generative_reranker"}, {"loss_type": "pointwise_reranker"}),
    _later("extra_args.loss_type", {"task_type": "embedding", "loss_type": "pointwise_reranker"},
           {"loss_type": "contrastive"}),
    _later("extra_args.loss_type", {"task_type": "reranker", "loss_type": "infonce"},
           {"loss_type": "listwise_reranker"}),
    _later("extra_args.loss_type", {"task_type": "seq_cls", "num_labels": 2, "loss_type": "cross_entropy"},
           {"loss_type": None}),
    _later("extra_args.loss_type", {"loss_type": "cosine_similarity"}, {"loss_type": None}),
    Conflict("extra_args.generation_batch_size", {"generation_batch_size": 5}, {"generation_batch_size": 6},
             params={"batch_size": 2}, method="gkd"),
    Conflict("extra_args.seq_kd", {"seq_kd": True}, {"seq_kd": None}, method="gkd"),
    Conflict("extra_args.gkd_logits_topk", {"teacher_model_server": "http://teacher:1"}, {"gkd_logits_topk": 8},
             method="gkd"),
    Conflict("extra_args.teacher_model_server",
             {"teacher_model_server": "http://teacher:1", "teacher_model": MODEL, "gkd_logits_topk": 8},
             {"teacher_model_server": None}, method="gkd"),
    Conflict("extra_args.loss_type", {"loss_type": ["hinge", "sigmoid"]}, {"loss_type": ["hinge"]}, method="cpo"),
    Conflict("extra_args.loss_weights", {"loss_type": ["sigmoid", "bco_pair"], "loss_weights": [1]},
             {"loss_weights": [1, 0.5]}, method="dpo"),
    _later("extra_args.loss_weights", {"loss_weights": [1]}, {"loss_weights": None}, method="kto"),
    Conflict("extra_args.ref_model", {"ref_model": MODEL}, {}, method="dpo", mended_params={"train_type": "full"}),
    Conflict("extra_args.ref_model", {"ref_model": MODEL}, {"ref_model": None}, **_full("cpo")),
    Conflict("extra_args.fp16", {"fp16": True}, {"bf16": False}),
    Conflict("extra_args.fp16", {"fp16": True}, {}, mended_params={"torch_dtype": "float16"}),
    Conflict("extra_args.fp16", {"fp16": True, "bf16": True}, {"fp16": None}),
    Conflict("extra_args.bf16", {"bf16": True}, {"fp16": False}, params={"torch_dtype": "float32"}),
    Conflict("extra_args.fp16_full_eval", {"fp16_full_eval": True, "bf16_full_eval": True},
             {"fp16_full_eval": None}),
    Conflict("extra_args.sequence_parallel_size", {"sequence_parallel_size": 2}, {"sequence_parallel_size": 1},
             method="kto"),
    _later("extra_args.sequence_parallel_size", {"sequence_parallel_size": 2}, {"sequence_parallel_size": 1}),
    _later("extra_args.quant_method", {"quant_bits": 8}, {"quant_method": "eetq"}),
    Conflict("extra_args.quant_bits", {"quant_method": "quanto"}, {"quant_bits": 4}),
    Conflict("extra_args.quant_bits", {"quant_method": "quanto", "quant_bits": 3}, {"quant_bits": "float8"}),
    _later("extra_args.quant_method", {"quant_method": "fp8"}, {}, params={"train_type": "full"},
           mended_params={"train_type": "lora"}),
    Conflict("extra_args.num_labels", {"task_type": "seq_cls"}, {"num_labels": 2}),
    Conflict("extra_args.rope_scaling", {"rope_scaling": "linea"}, {"rope_scaling": "linear", "max_model_len": 4096}),
    Conflict("extra_args.max_model_len", {"rope_scaling": "yarn"}, {"max_model_len": 4096}),
    Conflict("extra_args.warmup_steps", {"warmup_steps": -1}, {"warmup_steps": 3}),
    _later("extra_args.warmup_steps", {"warmup_steps": 3}, {"warmup_steps": None}, params={"warmup_ratio": 0.1}),
    Conflict("extra_args.torch_empty_cache_steps", {"torch_empty_cache_steps": 0}, {"torch_empty_cache_steps": 4}),
    Conflict("extra_args.dataloader_prefetch_factor", {"dataloader_prefetch_factor": 3}, {},
             params={"dataloader_num_workers": 0}, mended_params={"dataloader_num_workers": 2}),
    Conflict("params.save_only_model", {"deepspeed": "zero2"} | BEST | SPLIT, {"deepspeed": None},
             parser_refuses=False),
    _later("extra_args.fsdp", {"fsdp": "fsdp2"}, {"fsdp": None}, params={"save_only_model": False}),
    Conflict("params.save_only_model", {"fsdp": "fsdp2"}, {"fsdp": None}),
    _later("extra_args.fsdp", {"fsdp": "fsdp2", "deepspeed": "zero2"}, {"deepspeed": None, "fsdp": None},
           params={"save_only_model": False}),
    _later("extra_args.device_map", {"deepspeed": "zero3", "device_map": "auto"}, {"deepspeed": None}),
    _later("extra_args.deepspeed_autotp_size", {"deepspeed": "zero2", "deepspeed_autotp_size": 2},
           {"deepspeed": None, "deepspeed_autotp_size": None}),
    _later("extra_args.lr_scheduler_kwargs", {"lr_scheduler_type": "cosine_with_min_lr"},
           {"lr_scheduler_kwargs": {"min_lr_rate": 0.1}}),
    _later("extra_args.lr_scheduler_kwargs", {"lr_scheduler_type": "cosine_warmup_with_min_lr"},
           {"lr_scheduler_kwargs": {"min_lr": 1e-6}}),
    _later("extra_args.lr_scheduler_kwargs",
           {"lr_scheduler_type": "cosine_with_min_lr", "lr_scheduler_kwargs": {"min_lr": 1e-6, "min_lr_rate": 0.1}},
           {"lr_scheduler_kwargs": {"min_lr": 1e-6}}),
    _later("extra_args.lr_scheduler_kwargs",
           {"lr_scheduler_type": "cosine_with_min_lr", "lr_scheduler_kwargs": {"min_lr": "1e-6"}},
           {"lr_scheduler_kwargs": {"min_lr": 1e-6}}),
    _later("extra_args.lr_scheduler_kwargs",
           {"lr_scheduler_type": "cosine_with_restarts", "lr_scheduler_kwargs": '{"num_cycle": 2}'},
           {"lr_scheduler_kwargs": '{"num_cycles": 2}'}),
    _later("extra_args.lr_scheduler_kwargs", {"lr_scheduler_type": "linear", "lr_scheduler_kwargs": {"min_lr": 1e-6}},
           {"lr_scheduler_kwargs": None}),
    _later("extra_args.lr_scheduler_kwargs", {"lr_scheduler_type": "warmup_stable_decay"},
           {"lr_scheduler_kwargs": {"num_decay_steps": 10}}),
    _later("extra_args.lr_scheduler_kwargs",
           {"lr_scheduler_type": "warmup_stable_decay",
            "lr_scheduler_kwargs": {"num_decay_steps": 10, "decay_type": "sqrt"}},
           {"lr_scheduler_kwargs": {"num_decay_steps": 10, "decay_type": "1-sqrt"}}),
    _later("extra_args.lr_scheduler_kwargs",
           {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": {"lr_end": 0.1}},
           {"lr_scheduler_kwargs": {"lr_end": 1e-6}}),
    _later("extra_args.lr_scheduler_kwargs",
           SPLIT | {"lr_scheduler_type": "reduce_lr_on_plateau", "lr_scheduler_kwargs": {"mode": "down"}},
           {"lr_scheduler_kwargs": {"mode": "min"}}),
    _later("extra_args.optim_target_modules", {"optim": "galore_adamw"}, {"optim_target_modules": "all-linear"}),
    _later("extra_args.optim", {"optim": "apollo_adamw_layerwise", "optim_target_modules": "all-linear"}, {},
           params={"gradient_accumulation_steps": 2}, mended_params={"gradient_accumulation_steps": 1}),
    _later("extra_args.max_steps", {"max_steps": 0}, {"max_steps": None}),
    _later("extra_args.max_steps", {"max_steps": 0}, {"max_steps": 3}),
    _later("extra_args.freeze_parameters_ratio", {"freeze_parameters_ratio": 1.0}, {"freeze_parameters_ratio": 0.9},
           **_full("sft")),
    _later("extra_args.freeze_parameters_ratio", {"freeze_parameters_ratio": 1.0},
           {"trainable_parameters": ["lm_head"]}, **_full("sft")),
    _later("extra_args.freeze_parameters_regex", {"freeze_parameters_regex": ".*"},
           {"freeze_parameters_regex": "embed"}, **_full("sft")),
    _later("extra_args.freeze_llm", {"freeze_llm": True}, {"freeze_vit": False}),
    _later("extra_args.freeze_llm", {"freeze_llm": True, "freeze_vit": True, "freeze_aligner": True},
           {"freeze_aligner": False}),
    _later("extra_args.freeze_llm", {"freeze_llm": True}, {"freeze_llm": None}, **_full("sft")),
    _later("extra_args.beta", {"beta": 0}, {"beta": 0.1}, method="dpo"),
    _later("extra_args.beta", {"beta": 0.0}, {"beta": 0.1}, method="kto"),
    _later("extra_args.loss_weights", {"loss_type": ["sigmoid", "sft"], "loss_weights": [0, 0]},
           {"loss_weights": [1, 0]}, method="dpo"),
    _grpo("extra_args.reward_weights", {"num_generations": 4, "reward_weights": [0]}, {"reward_weights": None},
          parser_refuses=False),
    _later("extra_args.desirable_weight", {"desirable_weight": 0, "undesirable_weight": 0},
           {"desirable_weight": 1}, method="kto"),
    _later("extra_args.adapters", {"adapters": ["one", "two"]}, {"adapters": None}),
    _later("extra_args.adapters", {"adapters": ["one"]}, {"adapters": None}, params={"train_type": "full"}),
]  # fmt: skip


def mended(case: Conflict) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and further options, with the way out taken."""
    extra = {name: value for name, value in (case.extra | case.mended).items() if value is not None}
    return case.params | case.mended_params, extra
