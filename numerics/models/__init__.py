"""The models: what each solves, on `core` and `volterra`."""
