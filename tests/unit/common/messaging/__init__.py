"""Tests of `common.messaging`, alone."""
