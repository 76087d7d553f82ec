"""Tests of `api.schemas`, alone."""
