"""Claims of one kind that every model may make, from what a model declares: laws, optima, draws."""
