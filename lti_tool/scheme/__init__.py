"""Schemes as data: the model, its loader and the catalogue of every edition."""
