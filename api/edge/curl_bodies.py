"""Takes `curl -d '{…}'` without a Content-Type, as the manual's short examples have it, for the JSON that it is.

Never from a browser: a page on another site may send a form here without asking first, but not without saying so.
"""

from flask import Flask, request

from api.edge.content_bodies import takes_content

_FORM = "application/x-www-form-urlencoded"
_FROM_A_PAGE = {"HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE"}


def register_curl_bodies(app: Flask) -> None:
    """Look at each body before anything else reads it; comes before the check of its type."""

    @app.before_request
    def take_for_json() -> None:
        environ = request.environ
        if environ.get("CONTENT_TYPE") != _FORM or not environ.get("HTTP_USER_AGENT", "").startswith("curl/"):
            return
        if takes_content() or _FROM_A_PAGE & environ.keys():
            return
        if request.get_data(cache=True).lstrip().startswith(b"{"):
            environ["CONTENT_TYPE"] = "application/json"
