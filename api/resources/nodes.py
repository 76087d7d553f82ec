"""/nodes: the machines; only keys with scope admin may steer them."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.nodes import LostNodeBodySchema, LostNodeSchema, NodeReasonSchema, NodeSchema, NodesSchema
from api.schemas.problems import ProblemSchema
from api.services.nodes import (
    LostNode,
    NodeView,
    declare_lost,
    drain,
    forget,
    node_view,
    node_views,
    undrain,
)

blp = Blueprint("nodes", __name__, description="The GPU machines; for keys with scope admin, except to look.")


@blp.route("/nodes")
class Nodes(MethodView):
    @blp.response(200, NodesSchema)
    def get(self) -> dict[str, Any]:
        """List every node, how it is, and why it takes no work when it does not."""
        found = node_views(services())
        return {"nodes": found, "total": len(found)}


@blp.route("/nodes/<string:node>")
class NodeByName(MethodView):
    @blp.response(200, NodeSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="node_not_found")
    def get(self, node: str) -> NodeView:
        """Show one node."""
        return node_view(services(), node)

    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, description="node_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: it is alive, or something holds its GPUs")
    def delete(self, node: str) -> None:
        """Forget a node that is not there any more and holds nothing. A worker of that name registers it anew."""
        forget(services(), node, g.actor)


@blp.route("/nodes/<string:node>/drain")
class NodeDrain(MethodView):
    @blp.arguments(NodeReasonSchema, required=False, example={"reason": "new power supply"})
    @blp.response(200, NodeSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="node_not_found")
    def post(self, body: dict[str, Any], node: str) -> NodeView:
        """Place nothing more on a node; what runs there goes on. It stays so over restarts. Twice is fine."""
        return drain(services(), node, body["reason"], g.actor)


@blp.route("/nodes/<string:node>/undrain")
class NodeUndrain(MethodView):
    @blp.response(200, NodeSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="node_not_found")
    def post(self, node: str) -> NodeView:
        """Let a node take work again. Twice is fine."""
        return undrain(services(), node, g.actor)


@blp.route("/nodes/<string:node>/lost")
class NodeLost(MethodView):
    @blp.arguments(LostNodeBodySchema, required=False, example={"reason": "the machine burnt down"})
    @blp.response(200, LostNodeSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="node_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: it is alive")
    def post(self, body: dict[str, Any], node: str) -> LostNode:
        """Declare lost a node that never comes back.

        Its jobs are settled at once (queued again, or failed where their policy says so; cancelled where that was
        asked for) and its GPUs are free. Should it come back all the same, it ends what it still runs before it
        registers anew; what it says of the old attempts does not count. Twice is fine.
        """
        return declare_lost(services(), node, body["reason"], g.actor, force=body["force"])
