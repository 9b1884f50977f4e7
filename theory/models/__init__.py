"""The models: their equations, expanded by `spectra` and `algebra`, their phases by `optimum`."""
