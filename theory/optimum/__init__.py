"""Terms, window and budget: the best resources, their exponents, and the phases of a plane.

`tropical` is the linear programme of exponents and `geometric` its constants, `presence` says where a term is there,
`pieces` holds terms with regions of validity. `roots`, `arrangement`, `partition` and `diagram` cut a plane into
phases, `plane` and `line` are planes and lines of assumptions, and `problem` puts it together.
"""
