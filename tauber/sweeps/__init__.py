"""Sweeps: one action at every point of a grid, on all cores or a cluster, kept in Zarr, resumable."""
