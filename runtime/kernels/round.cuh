// Rounding to a float format, nearest even, with double before and after: the device twin of
// runtime/rounding.py, whose docstring has the proof. Same bits on the CPU and on the GPU, except
// that the sign and payload of a NaN are unspecified.
//
// The text compiles under nvcc and NVRTC, and, where __CUDACC__ is absent, as C++17 for the host.
// Contraction into fused multiply-adds does no harm here (there is no product); optimisations that
// reassociate, such as -ffast-math, would remove the rounding.
#ifndef FPAD_ROUND_CUH
#define FPAD_ROUND_CUH

#ifdef __FAST_MATH__
#error "compile without -ffast-math: it removes roundings"
#endif

typedef unsigned long long fp_u64;

#ifdef __CUDACC__
#define FPAD_FN static __device__ __forceinline__
FPAD_FN fp_u64 fp_bits(double x) { return (fp_u64)__double_as_longlong(x); }
FPAD_FN double fp_from_bits(fp_u64 b) { return __longlong_as_double((long long)b); }
#else
#include <cstring>
#define FPAD_FN static inline
static_assert(sizeof(fp_u64) == sizeof(double), "double has 64 bits");
FPAD_FN fp_u64 fp_bits(double x) { fp_u64 b; std::memcpy(&b, &x, sizeof b); return b; }
FPAD_FN double fp_from_bits(fp_u64 b) { double x; std::memcpy(&x, &b, sizeof x); return x; }
#endif

#define FPAD_SIGN 0x8000000000000000ULL
#define FPAD_INF 0x7ff0000000000000ULL
#define FPAD_NAN 0x7ff8000000000000ULL

// P significand bits, smallest normal 2**EMIN; |x| >= overflow_from becomes +-overflow_to (bits).
template <int P, int EMIN>
FPAD_FN double fp_round(double x, double overflow_from, fp_u64 overflow_to) {
  static_assert(2 <= P && P <= 51 && EMIN - P + 1 >= -1022, "no room in double to round in");
  const fp_u64 bits = fp_bits(x), sign = bits & FPAD_SIGN;
  if (!(fp_from_bits(bits ^ sign) < overflow_from))
    return x != x ? x : fp_from_bits(overflow_to | sign);
  // S = 1.5 * 2**(e + 53 - P), with the exponent e of x, or EMIN where that is larger.
  const fp_u64 lowest = (fp_u64)(EMIN + 1023) << 52;
  fp_u64 exponent = bits & FPAD_INF;
  exponent = exponent < lowest ? lowest : exponent;
  const double shift = fp_from_bits(exponent + ((fp_u64)(53 - P) << 52) + (1ULL << 51));
  return fp_from_bits(fp_bits((x + shift) - shift) | sign);
}

// The limits are the midpoints above the largest values; 464 is a tie that goes down to 448.
FPAD_FN double fp_round_float64(double x) { return x; }
FPAD_FN double fp_round_float32(double x) {
  return fp_round<24, -126>(x, 3.4028235677973366e+38, FPAD_INF);
}
FPAD_FN double fp_round_bfloat16(double x) {
  return fp_round<8, -126>(x, 3.39617752923046e+38, FPAD_INF);
}
FPAD_FN double fp_round_float16(double x) { return fp_round<11, -14>(x, 65520.0, FPAD_INF); }
FPAD_FN double fp_round_float8_e5m2(double x) { return fp_round<3, -14>(x, 61440.0, FPAD_INF); }
FPAD_FN double fp_round_float8_e4m3fn(double x) {
  return fp_round<4, -6>(x, 464.00000000000006, FPAD_NAN);
}

#endif
