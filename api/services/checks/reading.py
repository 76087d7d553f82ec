"""Reading what was sent as it was meant: lists of options that came as one text."""

from collections.abc import Sequence
from dataclasses import replace

from common.job_specs import JobSpec
from common.swift.options import METHODS, Catalog, command_of
from common.swift.options.lists import read_lists


def as_meant(spec: JobSpec, catalogs: Sequence[Catalog]) -> tuple[JobSpec, list[str]]:
    """The spec with its lists as lists, and a sentence for each that was read so."""
    method = spec.training.method
    if method not in METHODS:
        return spec, []
    extra_args, notes = read_lists(spec.extra_args, catalogs[0].commands[command_of(method)])
    return replace(spec, extra_args=extra_args), notes
