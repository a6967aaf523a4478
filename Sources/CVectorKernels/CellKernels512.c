// The kernels of cells for AVX-512.
#include "CellKernels.h"

#if HAS_LEVELS
#include <string.h>

#pragma clang attribute push(                                                                 \
    __attribute__((target(                                                                    \
        "avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2"))), \
    apply_to = function)
#define LEVEL(name) name##512
#include "Decimals.h"
#include "SerialTexts.h"
#include "WholeNumbers.h"
#pragma clang attribute pop
#endif
