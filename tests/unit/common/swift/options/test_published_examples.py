"""Every option that ms-swift's published training examples use, by name; the values are ours."""

from typing import Any

import pytest

from common.job_specs import TaskType
from common.swift.command.parameters import swift_options
from common.swift.options import METHODS, check_options, command_of, nearest_catalog
from common.swift.options.refused import PATHS, REFUSED
from common.swift.options.safety import value_refusal

CATALOG = nearest_catalog("4.6.0")
PARAMS = {"batch_size": 2, "gradient_accumulation_steps": 4}

SAFE: dict[str, Any] = {
    "advantage_estimator": "rloo", "agent_template": "hermes", "async_generate": False,
    "attn_impl": "flash_attn", "beta": 0.05, "bnb_4bit_compute_dtype": "float16", "bnb_4bit_quant_storage": "float16",
    "bnb_4bit_quant_type": "fp4", "bnb_4bit_use_double_quant": False, "cached_dataset": ["cache/train"],
    "cached_val_dataset": ["cache/val"], "chord_enable_phi_function": True, "chord_mu_decay_steps": 50,
    "chord_mu_peak": 0.8, "chord_mu_valley": 0.1, "chord_mu_warmup_steps": 5, "chord_sft_dataset": ["owner/set"],
    "chord_sft_per_device_train_batch_size": 2, "columns": {"text": "response"}, "dataloader_drop_last": True,
    "deepspeed": "zero3", "delta": 5.0, "dynamic_sample": False,
    "early_stop_interval": 4, "enable_dft_loss": False, "enable_thinking": True, "epsilon": 0.1, "epsilon_high": 0.3,
    "eval_strategy": "epoch", "experts_impl": "eager", "fipo_clip_high_only": True,
    "fipo_clip_range": 0.1, "fipo_decay_rate": 16, "fipo_safety_threshold": 2.0, "freeze_aligner": False,
    "freeze_llm": True, "freeze_vit": False, "galore_optim_per_parameter": False, "galore_quantization": False,
    "generation_batch_size": 8, "gkd_logits_topk": 10,
    "gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": True},
    "greater_is_better": False, "importance_sampling_level": "token", "init_weights": "olora", "kl_in_reward": False,
    "label_names": ["labels"], "lazy_tokenize": False, "lisa_activated_layers": 1,
    "llamapro_num_new_blocks": 2, "lmbda": 0.25, "load_from_cache_file": False, "log_completions": False,
    "log_entropy": False, "log_rollout_offpolicy_metrics": False,
    "lora_ga_batch_size": 1, "lora_ga_direction": "ArB2r", "lora_ga_iters": 1, "lora_ga_max_length": 512,
    "lora_ga_scale": "stable", "lora_ga_stable_gamma": 8, "loss_scale": "all",
    "lr_scheduler_type": "linear", "max_completion_length": 128, "max_epochs": 2, "max_grad_norm": 0.5,
    "max_model_len": 4096, "max_steps": 30, "max_turns": 4, "metric_for_best_model": "loss",
    "model_author": ["us"], "model_name": ["ours"], "model_type": "qwen2", "modules_to_save": ["lm_head"],
    "move_model_batches": 4, "multi_turn_scheduler": "math_tip_trick", "neftune_noise_alpha": 5,
    "new_special_tokens": ["<tool>", "</tool>"], "num_generations": 4, "num_iterations": 2, "num_labels": 3,
    "offload_model": False, "offload_optimizer": False, "optim_args": "a=1",
    "optimizer": "muon", "overlong_filter": True, "packing": False, "padding_free": False,
    "per_device_eval_batch_size": 4, "predict_with_generate": False,
    "problem_type": "regression", "quant_bits": 8, "quant_method": "bnb",
    "reft_intervention_type": "DireftIntervention", "report_to": ["tensorboard", "wandb"],
    "response_length": 64, "response_prefix": "", "reward_funcs": ["accuracy"],
    "reward_model": ["owner/judge"], "reward_model_plugin": ["genrm"], "reward_weights": [1, 0.5],
    "rope_scaling": "linear", "router_aux_loss_coef": 0.01, "rpo_alpha": 0.5,
    "save_strategy": "epoch", "scale_rewards": "group",
    "sequence_parallel_size": 2, "sft_alpha": 0.2, "shuffle_buffer_size": 100, "sleep_level": 1,
    "split_dataset_ratio": 0.1, "steps_per_generation": 3, "stop_words": ["stop"], "streaming": False,
    "system": "Answer briefly.", "target_modules": ["all-linear"], "task_type": "causal_lm", "tau_neg": 1.1,
    "tau_pos": 0.9, "teacher_deepspeed": "zero3", "teacher_model": "owner/teacher",
    "teacher_model_server": "http://teacher:8000", "temperature": 0.5, "template": "qwen",
    "top_entropy_quantile": 0.5, "top_k": 20, "top_p": 0.8, "truncation_strategy": "left",
    "tuner_backend": "peft", "use_chat_template": False, "use_dora": False, "use_galore": False, "use_gym_env": False,
    "use_liger_kernel": False, "use_logits_to_keep": True, "use_vllm": False, "vit_gradient_checkpointing": False,
    "vllm_enable_lora": True, "vllm_gpu_memory_utilization": 0.6, "vllm_max_model_len": 2048,
    "vllm_mode": "colocate", "vllm_server_host": ["rollout"], "vllm_server_pass_dataset": False,
    "vllm_server_port": [8001], "vllm_tensor_parallel_size": 1, "weight_decay": 0.05,
}  # fmt: skip
# Safe, too; what a parameter of this API sets is sent as that parameter.
BY_PARAMETER: dict[str, Any] = {
    "aligner_lr": 2e-5, "dataloader_num_workers": 2, "dataset_num_proc": 2, "eval_steps": 25,
    "gradient_accumulation_steps": 2, "learning_rate": 3e-5, "logging_steps": 2, "lora_alpha": 16, "lora_rank": 4,
    "max_length": 512, "num_train_epochs": 4, "per_device_train_batch_size": 4, "save_only_model": False,
    "save_steps": 50, "save_total_limit": 3, "torch_dtype": "float16", "vit_lr": 2e-5, "warmup_ratio": 0.1,
}  # fmt: skip
# Used in the examples, and not for a user of this service to set, or only with other values.
UNSAFE: dict[str, tuple[Any, str]] = {
    "dataset": (["owner/set"], "set `data_path`"),
    "external_plugins": (["plugin.py"], "it runs code"),
    "model": ("owner/model", "set `model_path`"),
    "output_dir": ("out", "set `output_dir` of the job"),
    "rlhf_type": ("dpo", "set `method`"),
    "tuner_type": ("full", "set `train_type` in the parameters"),
    "deepspeed": ("zero.json", "only zero0, zero1, zero2, zero3, zero2_offload, zero3_offload are accepted"),
    "new_special_tokens": (["tokens.txt"], "the value names a file"),
}
NEEDED = {"grpo": {"reward_funcs": ["accuracy"]}}


@pytest.mark.parametrize("name", sorted(SAFE))
def test_an_option_of_the_examples_is_accepted(name: str) -> None:
    methods = [method for method in METHODS if name in CATALOG.commands[command_of(method)]]

    assert methods
    for method in methods:
        assert check_options(method, PARAMS, NEEDED.get(method, {}) | {name: SAFE[name]}, CATALOG) == []
    assert name not in REFUSED
    assert name in PATHS or value_refusal(name, SAFE[name]) is None


@pytest.mark.parametrize("name", sorted(BY_PARAMETER))
def test_an_option_of_the_examples_that_a_parameter_sets_is_sent_there(name: str) -> None:
    [problem] = check_options("sft", PARAMS, {name: BY_PARAMETER[name]}, CATALOG)

    parameter = problem.message.removeprefix("set `").removesuffix("` in the parameters")
    assert name in swift_options({parameter: BY_PARAMETER[name]}, {"val_dataset": "a"}, TaskType.MLLM, "4.6.0")


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_an_unsafe_option_of_the_examples_is_refused_with_its_reason(name: str) -> None:
    value, reason = UNSAFE[name]

    [problem] = check_options("dpo", PARAMS, {name: value}, CATALOG)

    assert problem.field == f"extra_args.{name}"
    assert problem.message.startswith(reason)
