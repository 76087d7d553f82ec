"""Errors: what can go wrong with a local stack, in words a person can act on."""


class StackError(Exception):
    """The local stack cannot start or go on; the text says why and what to do."""
