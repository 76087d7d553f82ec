"""Tests of `workers.attempts`, alone."""
