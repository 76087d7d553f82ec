"""The services of the app: what the present request works with."""

from flask import current_app

from api.services import Services


def services() -> Services:
    """The services of the app that answers the present request."""
    found: Services = current_app.extensions["swift_trainer"]
    return found
