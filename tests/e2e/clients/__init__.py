"""Clients of OpenAI's API as people use them, against a model that the real ms-swift serves behind a real gateway."""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{name}" for name in ("clients", "rules_of_answers", "rules_of_requests", "rules_of_vectors"))
)
