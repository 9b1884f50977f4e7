"""One-pass training on a spectrum, whatever the model is called: its equation, transforms and stability."""
