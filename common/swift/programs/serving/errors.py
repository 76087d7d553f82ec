"""Errors in the shape that OpenAI's clients know: {"error": {message, type, param, code}}, with OpenAI's codes."""

from typing import Any

INVALID = "invalid_request_error"
SERVER = "server_error"
TOO_LONG = "context_length_exceeded"


class ApiError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str | None, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        self.headers: list[tuple[bytes, bytes]] = []

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        kind = INVALID if self.status < 500 else SERVER
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


def not_json(detail: str) -> ApiError:
    return ApiError(400, "invalid_json", f"the body is not the JSON that is needed: {detail}")


def missing(param: str) -> ApiError:
    return ApiError(400, "missing_required_parameter", f"Missing required parameter: '{param}'.", param)


def wrong_type(param: str, wanted: str, got: str) -> ApiError:
    text = f"Invalid type for '{param}': expected {wanted}, but got {got} instead."
    return ApiError(400, "invalid_type", text, param)


def wrong_value(param: str, why: str) -> ApiError:
    return ApiError(400, "invalid_value", f"Invalid value for '{param}': {why}", param)


def unknown_parameter(param: str) -> ApiError:
    return ApiError(400, "unknown_parameter", f"Unrecognized request argument supplied: {param}", param)


def unsupported_parameter(param: str, why: str) -> ApiError:
    """A parameter of OpenAI's that is not honoured here."""
    text = f"Unsupported parameter: '{param}' {why}. Leave it out, or send drop_params: true to have it left out."
    return ApiError(400, "unsupported_parameter", text, param)


def unsupported_value(param: str, why: str) -> ApiError:
    return ApiError(400, "unsupported_value", f"Unsupported value: '{param}' {why}.", param)


def no_such_token(param: str, token: int | str, tokens: int) -> ApiError:
    """`tokens`: how many the model has."""
    return wrong_value(param, f"{str(token)[:40]} is no token id of this model, whose ids are 0 to {tokens - 1}.")


def input_too_long(limit: int, tokens: int, param: str) -> ApiError:
    """For what is read, and not answered."""
    text = (
        f"Input tokens exceed the configured limit of {limit} tokens. Your {param} resulted in {tokens} tokens. Please "
        f"reduce the length of the {param}."
    )
    return ApiError(400, TOO_LONG, text, param)


def context_length_exceeded(limit: int, tokens: int, param: str = "messages") -> ApiError:
    text = (
        f"Input tokens exceed the configured limit of {limit} tokens. Your {param} resulted in {tokens} tokens, which "
        f"leaves no room for an answer. Please reduce the length of the {param}."
    )
    return ApiError(400, TOO_LONG, text, param)


def model_not_found(model: str) -> ApiError:
    return ApiError(404, "model_not_found", f"The model `{model[:200]}` does not exist.", "model")


def no_such_path(method: str, path: str) -> ApiError:
    return ApiError(404, "unknown_url", f"Invalid URL ({method} {path[:200]})")


def method_not_allowed(method: str, path: str, allowed: str) -> ApiError:
    text = f"Invalid method for URL ({method} {path[:200]}); allowed: {allowed}"
    error = ApiError(405, "method_not_allowed", text)
    error.headers = [(b"allow", allowed.encode())]
    return error


def media_not_allowed(message: str, where: str | None) -> ApiError:
    return ApiError(400, "media_not_allowed", message, where)


def failed() -> ApiError:
    """Something of the server's own went wrong: what, its log tells."""
    return ApiError(500, "internal_error", "the model server failed at this request; its log has the reason")
