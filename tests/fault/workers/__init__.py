"""Tests of `workers`, while its processes are killed."""
