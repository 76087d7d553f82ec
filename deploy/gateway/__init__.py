"""The gateway: an OpenAI-compatible `/v1` that passes each request on to a replica of the model it names."""
