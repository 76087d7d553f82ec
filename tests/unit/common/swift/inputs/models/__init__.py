"""Tests of `common.swift.inputs.models`, alone."""
