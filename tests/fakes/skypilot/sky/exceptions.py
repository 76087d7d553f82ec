"""The errors that the service tells apart."""


class ClusterNotUpError(Exception):
    """There is no controller."""


class ResourcesUnavailableError(Exception):
    """No cloud has what is asked for."""
