"""Tests of `common.swift.command`, alone."""
