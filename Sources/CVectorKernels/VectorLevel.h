// Whether code can be compiled for more than what every machine has, and chosen when it runs.
#ifndef VECTOR_LEVEL_H
#define VECTOR_LEVEL_H

#include "CVectorKernels.h"

#if defined(__x86_64__)
#define HAS_LEVELS 1
#else
#define HAS_LEVELS 0
#endif

#endif
