"""The gateway (reverse proxy): an OpenAI-compatible `/v1` that passes each request on to a replica of its model; it
runs no model, and reads from the records which replicas answer.
"""
