"""Tests of `workers.lives`, alone."""
