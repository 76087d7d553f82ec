"""Tests of `common.swift`, alone."""
