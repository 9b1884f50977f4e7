"""The papers, and the places in them that claims quote, each with what of it was at hand.

Equation numbers are those of the last arXiv version. Where several grades were at hand of one statement, the best is
named: a post of the authors counts as their text.
"""

from __future__ import annotations

from .source import AtHand, Paper, derived_here

TEXT, DIGEST, CODE, ABSTRACT = AtHand.TEXT, AtHand.DIGEST, AtHand.CODE, AtHand.ABSTRACT

BAHRI = Paper(
    "Bahri, Dyer, Kaplan, Lee, Sharma", "2102.06701",
    "Explaining Neural Scaling Laws", "Yasaman, Ethan, Jared, Jaehoon, Utkarsh",
)  # fmt: skip
BORDELON = Paper(
    "Bordelon, Atanasov, Pehlevan", "2402.01092",
    "A Dynamical Model of Neural Scaling Laws", "Blake, Alexander, Cengiz",
)  # fmt: skip
SEQUEL = Paper(
    "Bordelon, Atanasov, Pehlevan", "2409.17858",
    "How Feature Learning Can Improve Neural Scaling Laws", "Blake, Alexander, Cengiz",
)  # fmt: skip
PAQUETTE = Paper(
    "Paquette, Paquette, Xiao, Pennington", "2405.15074",
    "4+3 Phases of Compute-Optimal Neural Scaling Laws", "Elliot, Courtney, Lechao, Jeffrey",
)  # fmt: skip
LIN = Paper(
    "Lin, Wu, Kakade, Bartlett, Lee", "2406.08466",
    "Scaling Laws in Linear Regression: Compute, Parameters, and Data",
    "Licong, Jingfeng, Sham M., Peter L., Jason D.",
)  # fmt: skip
REUSE = Paper(
    "Lin, Wu, Bartlett", "2506.08415",
    "Improved Scaling Laws in Linear Regression via Data Reuse", "Licong, Jingfeng, Peter L.",
)  # fmt: skip
SIGN = Paper(
    "Kim, Song, Yun", "2603.02069",
    "Scaling Laws of SignSGD in Linear Regression: When Does It Outperform SGD?", "Jihwan, Dogyoon, Chulhee",
)  # fmt: skip
WANG = Paper("Wang, Liu, Chen", "2609.40148")
FUNCTIONAL = Paper(
    "Li, Chen, Huang, Wang, Wu", "2509.19189",
    "Functional Scaling Laws in Kernel Regression: Loss Dynamics and Learning Rate Schedules",
    "Binghui, Fengling, Zixun, Lean, Lei",
)  # fmt: skip
DECAY = Paper(
    "Li, Wang, Chen, Zhao, Zheng, Wu", "2602.06797",
    "Optimal Learning-Rate Schedules under Functional Scaling Laws: Power Decay and Warmup-Stable-Decay",
    "Binghui, Zilin, Fengling, Shiyang, Ruiheng, Lei",
)  # fmt: skip
HOFFMANN = Paper("Hoffmann, others", "2203.15556")
LARGE_BATCH = Paper("", "2609.02728")
DANA = Paper(
    "Ferbach, Everett, Gidel, Paquette, Paquette", "2505.16098",
    "Dimension-adapted Momentum Outscales SGD", "Damien, Katie, Gauthier, Elliot, Courtney",
)  # fmt: skip
CANATAR = Paper(
    "Canatar, Bordelon, Pehlevan", "2006.13198",
    "Spectral Bias and Task-Model Alignment Explain Generalization in Kernel Regression and Infinitely Wide Neural "
    "Networks", "Abdulkadir, Blake, Cengiz",
)  # fmt: skip

# Paquette et al.: no text; the code of the authors' later optimiser papers, captions, and restatements by others.
_RESTATED = "no text; as restated by Wang, Liu, Chen"
LEVEL = PAQUETTE.says("level F_0", CODE, "no text; the authors' code sums it")
TERMS = PAQUETTE.says("terms of the loss", ABSTRACT, _RESTATED)
PHASES = PAQUETTE.says("the 4+3 phases", ABSTRACT, "no text; abstract, captions")
PLANE = PAQUETTE.says("phase diagram", ABSTRACT, "no text; captions; IVa-IVb restated by Wang et al.")
VOLTERRA = PAQUETTE.says("Volterra equation", CODE, "no text; the authors' code steps it")
EQUIVALENT = PAQUETTE.says("deterministic equivalent", CODE, "no text; the authors' code solves it")
SURROGATE = PAQUETTE.says("bias as a sum over j^-(2 alpha)", CODE, "the authors' later code, a shortcut")
MEASURED = PAQUETTE.says("captions of measured exponents", ABSTRACT, "v, step size, batch and window are not known")
WANG_LEVEL = WANG.says("eq. (4.1)", TEXT, "proved for beta < 1 + 2 alpha")
WANG_KERNEL = WANG.says("kernel exponent q_K", TEXT)
SIGN_LEVEL = SIGN.says("A(M)", DIGEST)

# Bordelon et al.
BOTTLENECKS = BORDELON.says(
    "eq. (14) and the authors' post of June 2024", TEXT, "'approximate'; most cases of interest: a - 1 < 2 b"
)
BALANCE = BORDELON.says(
    "eq. (17) and the authors' post of June 2024", TEXT, "from a sum of the bottlenecks of time and size"
)
COMMON = BORDELON.says("eq. (17) and the authors' post of June 2024", TEXT, "the common case, a - 1 < 2 b")
FITTED = BORDELON.says("eq. (1) and the route to eq. (17)", DIGEST, "a sum of two powers, as in fits")
SYSTEM = BORDELON.says("correlation functions", DIGEST)
DYNAMICS = BORDELON.says("dynamical mean-field theory, eqs. (10), (11)", DIGEST)
EARLY = BORDELON.says("eq. (83)", DIGEST, "early time")
GAP = BORDELON.says("eq. (18)", DIGEST)
BIAS = BORDELON.says("eq. (19)", DIGEST, "the form of the bias; its exponent is derived here")
ENSEMBLES = BORDELON.says("ensembling, and the authors' post of June 2024", TEXT, "'often outperformed'")
PLOTTED = BORDELON.says("(a, b) of the simulations", DIGEST, "a - 1 <= b in all of them")
LAZY = SEQUEL.says("lazy limit, caption of Fig. 1", ABSTRACT, "the phase plot of Paquette et al., alpha > 1, recovered")

# Bahri et al.: the main text of the ICLR submission, digests of the appendices.
KERNEL = BAHRI.says("eq. (3), Sec. 2.3", TEXT, "w ~ N(0, 1/S) iid, so a = b; no noise, no ridge")
VARIANCE = BAHRI.says("Sec. 2.3.1", TEXT, "O(1/D), O(1/P) in linear models")
TAIL = BAHRI.says("eq. (5)", TEXT, "for large alpha_K")
DUALITY = BAHRI.says("Sec. 2.4, eqs. (S37), (S38)", TEXT, "no ridge; a = b")
EXAMPLES = BAHRI.says("App. C.3", DIGEST, "not the text: it may read otherwise there")
MANIFOLD = BAHRI.says("Thms 2, 3 and the estimates after them", TEXT)
SPECTRUM = BAHRI.says("Sec. 2.3, kernels on manifolds", TEXT, "a bound; an exponent 'if it is saturated'")
REPLICA = BAHRI.says("App. E", DIGEST, "after Bordelon et al. 2020 and Canatar et al. 2021")
PRETRAINED = BAHRI.says("abstract", ABSTRACT, "networks, and pretrained features")
GENERAL_DATA = CANATAR.says("learning curve of kernel regression", ABSTRACT, "by reference of arXiv:2102.06701")

RANDOM_FEATURES = FUNCTIONAL.says("Thm 4.6", DIGEST, "random features, for a - 1 <= b alone")
# One-pass training with label noise, schedules, momentum and batches.
CONSTANT_RATE = FUNCTIONAL.says("Table 1", DIGEST, "its powers")
CUMULATIVE = WANG.says("Thm 3.1", TEXT, "the opening part; 'if and only if', by Karamata")
IRREGULAR = WANG.says("after Thm 3.1", TEXT, "the opening part; targets j^(-2 beta) c_j, and e^-j")
NOISE_GAP = WANG.says("Thm 5.1", TEXT, "the opening part; its case of a memory that can be summed, q_K > 1")
JOINT = WANG.says("Table 1 and Cor. 5.2", TEXT, "the opening part")
BEST_POWER = DECAY.says("abstract", ABSTRACT, "the easy phase")
MOMENTA = LARGE_BATCH.says("critical step sizes, floors and signal", TEXT, "the opening part")
SIGNS = SIGN.says("the four terms of signSGD", DIGEST)
SAME_EXPONENTS = DANA.says("abstract", ABSTRACT, "SGD with momentum has the exponents of SGD")
SECOND_MOMENTS = DANA.says("equations of the second moments", CODE, "no text")
ISOTROPIC = LIN.says("abstract, captions", ABSTRACT, "isotropic prior, decaying step size, N/log N for N")

SEVERAL_PASSES = REUSE.says("abstract", ABSTRACT, "their (a, b) are our (b, a); b > a; L steps, L <~ P^(b/a)")

IN_PLRF = derived_here(f"in the model of {PAQUETTE}")
IN_DYNAMICAL = derived_here(f"in the model of {BORDELON}")
IN_EXPLAINING = derived_here(f"in the random-feature model of {BAHRI}")
