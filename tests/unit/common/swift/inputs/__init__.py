"""Tests of `common.swift.inputs`, alone."""
