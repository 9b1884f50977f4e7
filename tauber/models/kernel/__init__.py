"""The kernel model."""
