"""The geometry model."""
