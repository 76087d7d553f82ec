"""What a chain of exceptions means to a user: a reason, and a sentence with the way out."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.reasons import Reason
from workers.swift.failures.chain import Chain, Raised, without_place
from workers.swift.failures.classes import FailureClass
from workers.swift.failures.configs import CONFIGS, UNKNOWN_KINDS
from workers.swift.failures.data import DATA
from workers.swift.failures.machines import DEVICES, MACHINES, OF_A_PEER
from workers.swift.failures.models import MODELS
from workers.swift.failures.options import OPTIONS
from workers.swift.failures.resources import DISK, MEMORY_OF_SERVERS, RESOURCES

# What is special stands before what is general.
OF_TRAININGS: tuple[FailureClass, ...] = RESOURCES + UNKNOWN_KINDS + MACHINES + OPTIONS + DATA + MODELS + CONFIGS
# A server that lacks a package or its model is told by others (workers/lives/server).
OF_SERVERS: tuple[FailureClass, ...] = MEMORY_OF_SERVERS + DISK + DEVICES

# They tell that a program stumbled, and not over what.
_MUTE = frozenset({"KeyError", "IndexError", "AttributeError", "StopIteration", "ZeroDivisionError"})
_WITH_PLACE = _MUTE | {"TypeError"}


@dataclass(frozen=True, slots=True)
class Explained:
    """Why it ended, as a word and as a sentence."""

    reason: Reason
    message: str


def explain(chains: Sequence[Chain], classes: Sequence[FailureClass] = OF_TRAININGS) -> Explained | None:
    """What the first chain of a known class means, of those of several ranks; None when none is of any.

    That a rank lost another says little while another one says more.
    """
    for chain in chains:
        if known := _known(chain, classes):
            return known
    if any(map(_is_of_a_peer, chains)) and not all(map(_is_of_a_peer, chains)):
        return None
    return next((known for chain in chains if (known := _known(chain, OF_A_PEER))), None)


def most_telling(chains: Sequence[Chain]) -> str:
    """What chains of no known class say: the exception that is nearest to the root and tells something."""
    told = [chain for chain in chains if chain and not _is_of_a_peer(chain)] or [chain for chain in chains if chain]
    if not told:
        return ""
    chosen = next((raised for raised in reversed(told[0]) if raised.message and raised.name not in _MUTE), told[0][-1])
    return _placed(chosen)


def _known(chain: Chain, classes: Sequence[FailureClass]) -> Explained | None:
    """By the most special class that any of them is of; of one class by the nearest to the root."""
    for known in classes:
        for raised in reversed(chain):
            if meaning := known.meaning(raised):
                told = meaning if "said" in known.values else f"{meaning}; ms-swift said: {raised.said}"
                return Explained(known.reason, told)
    return None


def _is_of_a_peer(chain: Chain) -> bool:
    return _known(chain, OF_A_PEER) is not None


def _placed(raised: Raised) -> str:
    """With the place where that says more than the exception does."""
    if not raised.frames or (raised.message and raised.name not in _WITH_PLACE):
        return raised.said
    file, line, function = raised.frames[-1]
    return f"{raised.said}, in {function} of {without_place(file)}, line {line}"
