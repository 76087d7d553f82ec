"""placeholder"""

from .orders import Orders


def install(orders: Orders) -> None:
    """Nothing yet."""
