"""Translation into Chinese of English sentences that all parts of the service make, recognised by their templates; who
gets it is decided in api/language/answers.
"""

from functools import lru_cache

from api.language.chinese.adapters import ADAPTERS
from api.language.chinese.clouds import CLOUDS
from api.language.chinese.conflicts import CONFLICTS
from api.language.chinese.datasets import DATASETS
from api.language.chinese.deployments import DEPLOYMENTS
from api.language.chinese.doctor import DOCTOR
from api.language.chinese.dry_runs import DRY_RUNS
from api.language.chinese.exports import EXPORTS
from api.language.chinese.failures import FAILURES
from api.language.chinese.fields import FIELDS, MARSHMALLOW
from api.language.chinese.going_on import GOING_ON
from api.language.chinese.grammar import Grammar, Table
from api.language.chinese.inputs import INPUTS
from api.language.chinese.learning import LEARNING
from api.language.chinese.libraries import LIBRARIES
from api.language.chinese.life import LIFE
from api.language.chinese.nodes import NODES
from api.language.chinese.options import OPTIONS
from api.language.chinese.platform_options import PLATFORM_OPTIONS
from api.language.chinese.platforms import PLATFORMS
from api.language.chinese.readings import READINGS
from api.language.chinese.redis import REDIS
from api.language.chinese.refusals import REFUSALS
from api.language.chinese.requests import REQUESTS
from api.language.chinese.rows import ROWS
from api.language.chinese.server_options import SERVER_OPTIONS
from api.language.chinese.serving import SERVING
from api.language.chinese.shapes import SHAPES
from api.language.chinese.steering import STEERING
from api.language.chinese.tuners import TUNERS
from api.language.chinese.waiting import WAITING

# Around what the other tables know.
PLACES: Table = {
    "message": [
        ("unknown: {basis:message}", "未知：{basis}"),  # before what would take it for a field
        # These have had the plain colon from the start, and clients may look for it.
        ("{field}: {message:named!}", "{field}: {message}"),
        ("{field}: {message:query!}", "{field}: {message}"),
        ("{message:named!}", "{message}"),
        ("{message:query!}", "{message}"),
        ("output_dir {path}: {error:system!}", "output_dir {path}：{error}"),
        ("{field:field!}: {message:message!}", "{field}：{message}"),
        ("column {column}: {message:message!}", "列 {column}：{message}"),
        ("{path}, {where:where!}: {message:message}", "{path}，{where}：{message}"),
    ]
}
# The first row that fits is taken: what is special stands before what is general.
_JOBS = (GOING_ON, FAILURES, NODES, ROWS, LIFE, EXPORTS, WAITING, STEERING, DRY_RUNS, DOCTOR)
_ASKED = (DATASETS, REFUSALS, REQUESTS, REDIS, FIELDS, MARSHMALLOW)
_SERVED = (DEPLOYMENTS, SERVING, PLATFORMS, CLOUDS, PLATFORM_OPTIONS)
_OPTIONS = (LEARNING, TUNERS, CONFLICTS, SERVER_OPTIONS, OPTIONS)
_FILES = (ADAPTERS, SHAPES, INPUTS, LIBRARIES)
_PARTS = (READINGS, PLACES, *_OPTIONS, *_JOBS, *_ASKED, *_SERVED, *_FILES)
TABLE = {kind: [row for part in _PARTS for row in part.get(kind, [])] for part in _PARTS for kind in part}
PATTERNS = {"field": r"[\w.~\[\]-]{1,200}", "word": r"\w{1,64}", "endpoint": r"/[\w/]{1,64}"}

_grammar = Grammar(TABLE, PATTERNS)


@lru_cache(maxsize=4096)
def in_chinese(message: str) -> str:
    """The message in Chinese; as it is where no template is known to have made it."""
    return _grammar.translate_message(message)
