"""Tests of `api.services`, alone."""
