"""Tests of `api.front`, alone."""
