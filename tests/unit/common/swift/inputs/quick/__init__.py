"""Tests of `common.swift.inputs.quick`, alone."""
