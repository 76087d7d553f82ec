"""Tests of `workers.outputs`, alone."""
