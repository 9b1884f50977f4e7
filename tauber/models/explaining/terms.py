"""What the phases are: from which modes the resolution-limited loss of data and of features stems."""

TERMS = {
    "tail": "both losses are made by the tail of the modes, those not yet resolved, and have one exponent",
    "head": "both losses are made by the first modes, resolved almost, whose share falls faster with data",
    "tail in data, head in features": "tail modes make the loss of D samples, first modes that of P",
}
