"""Tests of `workers.node`, alone."""
