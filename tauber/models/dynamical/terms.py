"""What the terms of the loss are, by which phases are named."""

TERMS = {
    "time": "what is not yet learned after the time t, N and P infinite",
    "width transient": "what N features add to it while t is still short, of order 1/N",
    "data transient": "what P samples add to it while t is still short, of order 1/P",
    "width level": "what N features leave, t and P infinite",
    "data level": "what P samples leave, t and N infinite",
    "width-data level": "what a finite N adds to the data level, of order P/N",
    "label noise": "what the noise of the labels adds, averaged over P samples",
}
"""A level stays for ever, a transient is there before."""
