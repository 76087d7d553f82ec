"""Schemas of requests and answers, one file per noun, with limits and the manual's words; no question to the store."""
