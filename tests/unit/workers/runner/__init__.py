"""Tests of `workers.runner`, alone."""
