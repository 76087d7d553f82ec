"""/keys: API keys. Only keys with scope admin may come here."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.keys import KeysSchema, MadeKeySchema, NewKeySchema
from api.schemas.problems import ProblemSchema
from api.services.keys import MadeKey, make_key, revoke_key

blp = Blueprint("keys", __name__, description="API keys; for keys with scope admin.")


@blp.route("/keys")
class Keys(MethodView):
    @blp.arguments(NewKeySchema, example={"name": "ci", "scope": "write", "expires_in": 7_776_000})
    @blp.response(201, MadeKeySchema)
    @blp.alt_response(409, schema=ProblemSchema, description="key_name_taken")
    def post(self, body: dict[str, Any]) -> MadeKey:
        """Make a key. The answer is the only place where it is ever shown."""
        return make_key(services(), body, g.actor)

    @blp.response(200, KeysSchema)
    def get(self) -> dict[str, Any]:
        """List keys, newest first; those that are over stay for 30 days."""
        found = services().store.api_keys.all()
        return {"keys": found, "total": len(found)}


@blp.route("/keys/<string:key_id>")
class KeyById(MethodView):
    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, description="key_not_found")
    def delete(self, key_id: str) -> None:
        """Revoke a key, by its id or its name, for good; it stops working within three seconds. Twice is fine."""
        revoke_key(services(), key_id, g.actor)
