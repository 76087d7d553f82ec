"""Tests of `common.swift.inputs.folders`, alone."""
