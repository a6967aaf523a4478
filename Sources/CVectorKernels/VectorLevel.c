#include "VectorLevel.h"

TallyVectorLevel tallyHighestVectorLevel(void) {
#if HAS_LEVELS
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2")) return TallyVector128;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2"))
    return TallyVector512;
  return TallyVector256;
#else
  return TallyVector128;
#endif
}
