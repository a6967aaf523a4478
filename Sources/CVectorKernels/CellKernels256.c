// The kernels of cells for AVX2.
#include "CellKernels.h"

#if HAS_LEVELS
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), \
                             apply_to = function)
#define LEVEL(name) name##256
#include "Decimals.h"
#include "SerialTexts.h"
#include "WholeNumbers.h"
#pragma clang attribute pop
#endif
