"""The report: a site of a few pages that needs nothing but a browser, made by `tauber report`."""
