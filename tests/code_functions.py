"""The abstract functions of the corpus in other languages than NumPy.

In: the source of a function in NumPy, as a case has it. Out: the same for PyTorch or JAX, whose
derivative is their own, and for Octave, from a table. A function that is not in the table fails the
test that asks for it.
"""

from __future__ import annotations

from types import SimpleNamespace

#: value and derivative in NumPy: value and derivative in MATLAB; a vector is a column.
OCTAVE = {
    "np.array([np.sin(t), t**2, 1/(1+t*t)])": ("[sin(t); t^2; 1/(1+t*t)]", "[cos(t); 2*t; -2*t/(1+t*t)^2]"),
    "np.array([t[0]*t[1], np.exp(t[2]/3), t[3]**2, t[0], t[1]+t[3]])": (
        "[t(1)*t(2); exp(t(3)/3); t(4)^2; t(1); t(2)+t(4)]",
        "[t(2) t(1) 0 0; 0 0 exp(t(3)/3)/3 0; 0 0 0 2*t(4); 1 0 0 0; 0 1 0 1]",
    ),
    "np.array([t[0]*t[1], t[2]**2, t[0]+t[2], np.exp(t[1]/4)])": (
        "[t(1)*t(2); t(3)^2; t(1)+t(3); exp(t(2)/4)]",
        "[t(2) t(1) 0; 0 0 2*t(3); 1 0 1; 0 exp(t(2)/4)/4 0]",
    ),
    "np.concatenate([np.sin(t), [np.sum(t**2)]])": ("[sin(t); sum(t.^2)]", "[diag(cos(t)); 2*t']"),
    "np.sin(t/5)": ("sin(t/5)", "cos(t/5)/5"),
    "np.sum(np.log(np.cosh(t)))+t[0]*t[1]": (
        "sum(log(cosh(t)))+t(1)*t(2)",
        "tanh(t)+[t(2); t(1); zeros(numel(t)-2, 1)]",
    ),
    "np.sum(np.sin(t)) + t[0,0]*t[1,1]**2": (
        "sum(sin(t)(:)) + t(1,1)*t(2,2)^2",
        "cos(t) + blkdiag(diag([t(2,2)^2, 2*t(1,1)*t(2,2)]), zeros(size(t) - 2))",
    ),
    "np.sum(np.sin(t))+t[0]*t[1]": ("sum(sin(t))+t(1)*t(2)", "cos(t)+[t(2); t(1)]"),
    "np.tanh(t)": ("tanh(t)", "1-tanh(t).^2"),
}


def array_functions(case, module, asarray, jacobian):
    """The functions of a case and their derivatives for a library, the latter its own unless they are entrywise."""

    def stack(values):
        return module.stack([asarray(v) for v in values])

    def concatenate(parts):
        return getattr(module, "cat", None or getattr(module, "concatenate", None))(
            [stack(p) if isinstance(p, list) else p for p in parts]
        )

    names = {n: getattr(module, n) for n in ("sin", "cos", "exp", "log", "cosh", "tanh", "sum")}
    library = SimpleNamespace(**names, array=stack, concatenate=concatenate)
    out = {}
    for name, f in case["functions"].items():
        value = eval(f"lambda t: {f['value']}", {"np": library})
        entrywise = f"{name}: elementwise" in case["block"] or f"{name} : elementwise" in case["block"]
        out[name] = value
        out[f"{name}_prime"] = (
            eval(f"lambda t: {f['prime']}", {"np": library}) if entrywise else lambda t, v=value: jacobian(v, t)
        )
    return out
