// What the bodies of generated kernels call besides the functions of CUDA's math library: NumPy's
// own definitions of operations that C++ has none of, for one entry. T is float or double.
//
// Like round.cuh, which stands before it, the text compiles under nvcc and NVRTC, and as C++17 for
// the host. Contraction into fused multiply-adds has to be off (--fmad=false, -ffp-contract=off).
#ifndef FPAD_PRELUDE_CUH
#define FPAD_PRELUDE_CUH

#ifndef __CUDACC__
#include <math.h>  // in C++: with the overloads for float
#endif

FPAD_FN double fp_inf() { return fp_from_bits(FPAD_INF); }
FPAD_FN double fp_nan() { return fp_from_bits(FPAD_NAN); }

// Maxima and minima: the first operand in a tie; NaN if an operand is NaN.
template <typename T> FPAD_FN T fp_maximum(T a, T b) { return a >= b || a != a ? a : b; }
template <typename T> FPAD_FN T fp_minimum(T a, T b) { return a <= b || a != a ? a : b; }
// The same, but the other operand where one is NaN.
template <typename T> FPAD_FN T fp_fmax(T a, T b) { return a >= b || b != b ? a : b; }
template <typename T> FPAD_FN T fp_fmin(T a, T b) { return a <= b || b != b ? a : b; }

template <typename T> FPAD_FN T fp_sign(T x) {
  return x > T(0) ? T(1) : x < T(0) ? T(-1) : x == T(0) ? T(0) : x;
}

// a / b, but 0 where b is 0.
template <typename T> FPAD_FN T fp_div0(T a, T b) { return b == T(0) ? T(0) : a / b; }

// a / hypot(a, b): 0 where both are 0; where one is infinite only infinities count.
template <typename T> FPAD_FN T fp_cosine(T a, T b) {
  bool far_a = fabs(a) == T(fp_inf()), far_b = fabs(b) == T(fp_inf());
  if (far_a || far_b) {
    a = far_a ? fp_sign(a) : T(0) * a;
    b = far_b ? fp_sign(b) : T(0) * b;
  }
  return fp_div0(a, T(hypot(a, b)));
}

// a - b, but 0 for an infinity and itself.
template <typename T> FPAD_FN T fp_difference(T a, T b) { return a == b ? T(0) : a - b; }

// 1 / (1 + exp(-t)), of which no power overflows.
template <typename T> FPAD_FN T fp_logistic(T t) {
  T e = exp(-fabs(t));
  return (t < T(0) ? e : T(1)) / (T(1) + e);
}

// log(a) where a > 0, 0 where a <= 0.
template <typename T> FPAD_FN T fp_log0(T a) { return a <= T(0) ? T(0) : log(a); }

// The slope of a**b by b, over a**b: 0 at a = 0, but of an infinity.
template <typename T> FPAD_FN T fp_base_log(T a, T b) {
  return a == T(0) && b < T(0) ? -T(fp_inf()) : fp_log0(a);
}

// The slope of a**b by a: 0 at a = 0 < b < 1 and for b = 0, the polynomial's for integer b.
template <typename T> FPAD_FN T fp_power_slope(T a, T b) {
  if (a == T(0) && b >= T(0)) return b == T(1) ? T(1) : T(0);
  return b == T(0) ? b : b * pow(a, b - T(1));
}

// Python's % and //: the remainder has the sign of b, and a = b * (a // b) + a % b up to rounding.
template <typename T> FPAD_FN T fp_remainder(T a, T b) {
  const T r = fmod(a, b);
  if (b == T(0)) return r;
  if (r == T(0)) return copysign(T(0), b);
  return (r < T(0)) != (b < T(0)) ? r + b : r;
}
template <typename T> FPAD_FN T fp_floor_divide(T a, T b) {
  if (b == T(0)) return a / b;
  const T r = fmod(a, b);
  T q = (a - r) / b;
  if (r != T(0) && (r < T(0)) != (b < T(0))) q -= T(1);
  if (q == T(0)) return copysign(T(0), a / b);
  const T whole = floor(q);
  return q - whole > T(0.5) ? whole + T(1) : whole;
}

#endif
