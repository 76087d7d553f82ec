"""ms-swift's own options: which there are, what each takes, which a user may send; pure functions over data, and no
command lines, which are in common/swift/command.
"""

from common.swift.options.bundled import nearest_catalog
from common.swift.options.catalog import Catalog, Option, parse_catalog
from common.swift.options.check import check_options
from common.swift.options.check_export import check_export_options
from common.swift.options.check_server import check_deploy_options
from common.swift.options.check_training import check_training_options
from common.swift.options.methods import METHODS, RLHF_METHODS, command_of
from common.swift.options.problem import OptionCode

__all__ = [
    "METHODS",
    "RLHF_METHODS",
    "Catalog",
    "Option",
    "OptionCode",
    "check_deploy_options",
    "check_export_options",
    "check_options",
    "check_training_options",
    "command_of",
    "nearest_catalog",
    "parse_catalog",
]
