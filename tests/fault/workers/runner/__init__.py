"""Tests of `workers.runner`, while its processes are killed."""
