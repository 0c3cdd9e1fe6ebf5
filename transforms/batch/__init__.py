"""`fpad.vmap`, level 2 -> level 2: a program for one example becomes one for many at once.

    def f(x, w):                           def f_vmap(x, w):         # x: one example a row
        s = 0.0                                n = fp.batch_size(x)
        for i in range(len(w)):                s = fp.for_each(0.0, n)
            s = s + w[i] * x[i]     ->         for i in range(len(w)):
        if s > 1.0:                                s = s + w[i] * x[:, i]
            s = np.sin(s)                      t = s > 1.0
        return s                               s_then = np.sin(s)
                                               s = fp.where(t, s_then, s)
                                               return s

What differs from example to example is an array with a first axis for the examples (`batch_flags`),
everything else stays as it is.  Operations have their batch rule (`rules.batch`); those without one
run in a loop over the examples.  Both arms of a condition that differs are computed, and selected
from; loops that examples leave at different trips go on until the last has left (`batch_loops`).
"""

from fpad.transforms.batch.mapping import Axes, axes_of, inner_kinds, vmap
from fpad.transforms.batch.programs import Batching

__all__ = ["Axes", "Batching", "axes_of", "inner_kinds", "vmap"]
