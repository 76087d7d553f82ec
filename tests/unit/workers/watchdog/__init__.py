"""Tests of `workers.watchdog`, alone."""
