"""Tests of `workers`, one module at a time."""
