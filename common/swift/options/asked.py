"""What a training asks ms-swift for, option by option: its parameters, its further options, ms-swift's own defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.swift.options.catalog import Catalog, Option
from common.swift.options.methods import command_of
from common.swift.options.typed import RENAMED, SET_BY
from common.trainings import Training

NOTHING: tuple[Any, ...] = (None, "", [], {})
# As ms-swift's own string_to_bool has them.
TRUE = frozenset({"true", "yes", "t", "y", "1"})
# `train_type` is its name in this API; the option is called so in 4.x only (common.swift.options.release).
PARAMETER_OF = {
    **SET_BY,
    **{option: name for name, options in RENAMED.items() for option in options},
    "tuner_type": "train_type",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`options` are those of the method's command, `gpus` as many processes. The values were found right one by one.

    `sent` names the parameters that the client sent; the others of `params` are this service's defaults. The model
    trains on as many `data_sets`.
    """

    method: str
    params: Mapping[str, Any]
    extra: Mapping[str, Any]
    options: Mapping[str, Option]
    gpus: int = 1
    sent: frozenset[str] = frozenset()
    data_sets: int = 1

    def has(self, name: str) -> bool:
        """Whether a further option says something."""
        return self.extra.get(name) not in NOTHING

    def value(self, name: str) -> Any:
        """What ms-swift would see, None when it is left to ms-swift."""
        if self.has(name):
            return self.extra[name]
        parameter = PARAMETER_OF.get(name, "")
        if parameter in self.params:
            return self.params[parameter]
        return self.options[name].default if name in self.options else None

    def text(self, name: str) -> str:
        value = self.value(name)
        return "" if value is None else str(value)

    def values(self, name: str) -> list[str]:
        """Of an option that takes several."""
        value = self.value(name)
        found = value if isinstance(value, list | tuple) else [] if value in NOTHING else [value]
        return [str(item) for item in found]

    def number(self, name: str) -> float:
        """0 when nothing is said."""
        return float(self.value(name) or 0)

    def whole(self, name: str) -> int:
        """0 when nothing is said."""
        return int(self.number(name))

    def is_on(self, name: str) -> bool:
        return self.text(name).lower() in TRUE

    def field(self, name: str) -> str:
        """The API's field that sets this option."""
        is_extra = self.has(name) or PARAMETER_OF.get(name) not in self.params
        return f"extra_args.{name}" if is_extra else f"params.{PARAMETER_OF[name]}"

    @property
    def is_full(self) -> bool:
        return self.text("tuner_type") == "full"

    @property
    def step_records(self) -> int:
        """How many records all processes take at once."""
        return max(1, self.whole("per_device_train_batch_size")) * self.gpus

    @property
    def has_validation_data(self) -> bool:
        """ms-swift takes no part of a stream for it."""
        is_split = self.number("split_dataset_ratio") > 0 and not self.is_on("streaming")
        return is_split or self.has("val_dataset") or self.has("cached_val_dataset")

    @property
    def evaluates(self) -> bool:
        """Whether there is an evaluation while it trains."""
        return self.has_validation_data and self.eval_strategy != "no"

    @property
    def eval_strategy(self) -> str:
        """ms-swift evaluates when it saves, unless it is told when."""
        return self.text("eval_strategy") or self.text("save_strategy")


def asked_of(
    training: Training,
    extra: Mapping[str, Any],
    catalog: Catalog,
    gpus: int = 1,
    sent: frozenset[str] = frozenset(),
) -> Asked:
    """Of a training by a method that there is."""
    options = catalog.commands[command_of(training.method)]
    return Asked(training.method, training.params, extra, options, gpus, sent, len(training.data_paths))
