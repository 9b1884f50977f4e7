"""From a result to what people look at: screen, JSON, LaTeX, pictures, data frames."""
