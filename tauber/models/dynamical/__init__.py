"""The dynamical model."""
