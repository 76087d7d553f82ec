"""The gateway (reverse proxy): an OpenAI-compatible `/v1` that passes each request on to a replica of its model."""
