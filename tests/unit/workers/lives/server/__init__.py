"""Tests of `workers.lives.server`, alone."""
