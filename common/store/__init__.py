"""Typed verbs over Redis; each change of state is one Lua script."""
