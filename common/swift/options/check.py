"""The check of options: are these the options of a training that ms-swift would start, and that a user may ask for?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from common.field_problem import FieldProblem
from common.swift.options.catalog import Catalog, Option
from common.swift.options.lists import option_misfit
from common.swift.options.methods import METHODS, RLHF_METHODS, command_of, missing_option
from common.swift.options.problem import OptionCode
from common.swift.options.ranges import range_misfit
from common.swift.options.safety import Refusal, name_refusal, value_refusal
from common.swift.options.suggest import did_you_mean
from common.swift.options.typed import RENAMED, SAID_TWICE, SET_BY, TYPED, batch_of
from common.swift.options.words import word_misfit

EXTRA = "extra_args"
NAME_MAX = 80
TRAINING = ("sft", "pt", "rlhf")


def check_options(
    method: str, params: Mapping[str, Any], extra_args: Mapping[str, Any], catalog: Catalog, gpus: int = 1
) -> list[FieldProblem]:
    """Everything that is wrong with the typed parameters' names and the further options; empty when nothing is."""
    if method not in METHODS:
        why = f"unknown; it is one of {', '.join(METHODS)}{did_you_mean(method, METHODS)}"
        return [FieldProblem("method", OptionCode.UNKNOWN, why)]
    options = catalog.commands[command_of(method)]
    found = [*_unknown_parameters(params, options)]
    for name, value in extra_args.items():
        refusal = _refusal(method, name, value, catalog) or _parameter_refusal(name, value, params)
        if refusal:
            found.append(FieldProblem(f"{EXTRA}.{name[:NAME_MAX]}", *refusal))
    missing, why = missing_option(method, extra_args, _choices(options, "reward_funcs"))
    if missing:
        found.append(FieldProblem(f"{EXTRA}.{missing}", OptionCode.MISSING, why))
    if method == "kto" and batch_of(params, gpus) == 1:
        why = "kto compares answers within a step and needs two records or more in each; 1 is too few"
        found.append(FieldProblem("params.batch_size", OptionCode.MISSING, why))
    return found


def unknown_parameter(name: str, known: Iterable[str], options: Mapping[str, Option]) -> str:
    """What to tell about a typed parameter that there is not."""
    if name in {"vit_lr", "aligner_lr"}:
        return "only a training of task type multimodal has it: a text model has no vision parts"
    if name in options:
        return "not a parameter of this API but an ms-swift option: put it into extra_args"
    return f"no such parameter{did_you_mean(name, [*known, *options])}"


def unknown_option(name: str, options: Mapping[str, Option], version: str) -> Refusal:
    """What to tell about a name that is none of the options."""
    positive = name.removeprefix("no_")
    if positive in options:
        return OptionCode.MALFORMED, f"write {positive} with the value false"
    longer = sorted(option for option in options if option.startswith(name))
    if len(longer) == 1:
        return OptionCode.MALFORMED, f"an abbreviation of `{longer[0]}`; write option names in full"
    return OptionCode.UNKNOWN, f"no such option in ms-swift {version}{did_you_mean(name, options)}"


def _unknown_parameters(params: Mapping[str, Any], options: Mapping[str, Option]) -> Iterator[FieldProblem]:
    for name in params:
        if name not in TYPED:
            yield FieldProblem(f"params.{name}", OptionCode.UNKNOWN, unknown_parameter(name, TYPED, options))


def _refusal(method: str, name: str, value: Any, catalog: Catalog) -> Refusal | None:
    refusal = name_refusal(name)
    options = catalog.commands[command_of(method)]
    if refusal and name not in options:
        return refusal
    if name not in options:
        return _not_an_option(method, name, catalog)
    unfit = refusal or value_refusal(name, value) or option_misfit(name, options[name], value)
    return unfit or word_misfit(method, name, value) or range_misfit(name, value)


def _parameter_refusal(name: str, value: Any, params: Mapping[str, Any]) -> Refusal | None:
    """An option would win over the parameter that the job shows, and past its range."""
    parameter = SET_BY.get(name)
    if parameter is None or (name in SAID_TWICE and value == params.get(parameter)):
        return None
    return OptionCode.MANAGED, f"set `{parameter}` in the parameters"


def _not_an_option(method: str, name: str, catalog: Catalog) -> Refusal:
    if name in RENAMED:
        return OptionCode.UNKNOWN, f"not ms-swift's name but a parameter of this API: {name} goes into the parameters"
    options = catalog.commands[command_of(method)]
    if name.removeprefix("no_") not in options and any(name in catalog.commands[command] for command in TRAINING):
        return OptionCode.OTHER_METHOD, f"no option of {method}; it belongs to {_methods_with(name, catalog)}"
    return unknown_option(name, options, catalog.version)


def _methods_with(name: str, catalog: Catalog) -> str:
    commands = catalog.commands_with(name)
    methods = [*(command for command in ("sft", "pt") if command in commands)]
    return ", ".join([*methods, *(RLHF_METHODS if "rlhf" in commands else ())])


def _choices(options: Mapping[str, Option], name: str) -> tuple[str, ...]:
    return options[name].choices if name in options else ()
