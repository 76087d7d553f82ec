"""Chinese for the sentences that are made where nobody knows who will read them: planner, checks, events, errors."""

from functools import lru_cache

from api.chinese.adapters import ADAPTERS
from api.chinese.clouds import CLOUDS
from api.chinese.deployments import DEPLOYMENTS
from api.chinese.doctor import DOCTOR
from api.chinese.dry_runs import DRY_RUNS
from api.chinese.exports import EXPORTS
from api.chinese.fields import FIELDS, MARSHMALLOW
from api.chinese.grammar import Grammar, Table
from api.chinese.inputs import INPUTS
from api.chinese.libraries import LIBRARIES
from api.chinese.life import LIFE
from api.chinese.nodes import NODES
from api.chinese.options import OPTIONS
from api.chinese.platform_options import PLATFORM_OPTIONS
from api.chinese.platforms import PLATFORMS
from api.chinese.refusals import REFUSALS
from api.chinese.server_options import SERVER_OPTIONS
from api.chinese.serving import SERVING
from api.chinese.waiting import WAITING

# Around what the other tables know.
PLACES: Table = {
    "message": [
        ("output_dir {path}: {error:system!}", "output_dir {path}：{error}"),
        ("{field:field!}: {message:message!}", "{field}：{message}"),
        ("column {column}: {message:message!}", "列 {column}：{message}"),
        ("{path}, {where:where!}: {message:message}", "{path}，{where}：{message}"),
    ]
}
# The first row that fits is taken: what is special stands before what is general.
_JOBS = (NODES, LIFE, EXPORTS, WAITING, REFUSALS, FIELDS, MARSHMALLOW, DRY_RUNS, DOCTOR)
_SERVED = (DEPLOYMENTS, SERVING, PLATFORMS, CLOUDS, PLATFORM_OPTIONS)
_PARTS = (PLACES, SERVER_OPTIONS, OPTIONS, *_JOBS, *_SERVED, ADAPTERS, INPUTS, LIBRARIES)
TABLE = {kind: [row for part in _PARTS for row in part.get(kind, [])] for part in _PARTS for kind in part}
PATTERNS = {"field": r"[\w.~-]{1,200}", "word": r"\w{1,64}", "endpoint": r"/[\w/]{1,64}"}

_grammar = Grammar(TABLE, PATTERNS)


@lru_cache(maxsize=4096)
def in_chinese(message: str) -> str:
    """The message in Chinese; as it is where no template is known to have made it."""
    return _grammar.translate_message(message)
