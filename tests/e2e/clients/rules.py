"""The rules of the matrix: each is one function of a client, which asks and asserts what must be true."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.e2e.clients.clients import ALL, Client

Check = Callable[[Client], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """`clients` are those that have the call."""

    name: str
    check: Check
    clients: tuple[str, ...]


class Rules(list[Rule]):
    """Rules of one kind, as a decorator adds them."""

    def of(self, *clients: str) -> Callable[[Check], Check]:
        """The function's name is the rule; of all clients, if none is named."""

        def add(check: Check) -> Check:
            self.append(Rule(check.__name__, check, clients or ALL))
            return check

        return add
