"""OpenAI's API in front of ms-swift's engines, inside a model server's own process.

Relative imports and the standard library only; torch, ms-swift and what they bring are imported late.
"""
