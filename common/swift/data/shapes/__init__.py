"""Shapes of training data: what of a record is the prompt, the answer, the worse answer, and how ms-swift is given it;
how the records of a file are found is in the room above.
"""

from .aims.ranks import tells_apart
from .conversations.turns import CALLS, KNOWN_ROLES, USER
from .goals import PAIR_METHODS, Aim, Goal, goal_of, goal_options
from .parts.columns import FURTHER, LISTS
from .parts.flat import asks_otherwise, is_beside
from .plans import DOUBTFUL, Plan
from .recognise import TEXT_COLUMNS, Shapes
from .unfit import BadCall, Empty, Null, Same, Unfit

__all__ = [
    "CALLS",
    "DOUBTFUL",
    "FURTHER",
    "KNOWN_ROLES",
    "LISTS",
    "PAIR_METHODS",
    "TEXT_COLUMNS",
    "USER",
    "Aim",
    "BadCall",
    "Empty",
    "Goal",
    "Null",
    "Plan",
    "Same",
    "Shapes",
    "Unfit",
    "asks_otherwise",
    "goal_of",
    "goal_options",
    "is_beside",
    "tells_apart",
]
