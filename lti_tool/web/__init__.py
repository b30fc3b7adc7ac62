"""Blueprints: parse, call a stage, render."""
