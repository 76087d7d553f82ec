"""Tests of `common.swift.inputs.records`, alone."""
