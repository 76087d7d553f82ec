"""Tests of `common.swift.inputs.sets`, alone."""
