"""What becomes of each field of OpenAI's API, back end by back end, found out by sending it: the tables of
docs/gateway.md. `python -m tests.openai_tables` writes them there; a unit test says when they are not what is true.
"""
