/* What the fuzz targets share. Each file tests/fuzz/fuzz_NAME.c is a target: libFuzzer calls it with bytes of its making (`make fuzz`),
 * and replay.c with the files of tests/fuzz/corpus/NAME (`make check`). A target states properties, not only that nothing crashes. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What must hold for any input: says what did not and ends the program, so that libFuzzer keeps the input. */
#define HOLDS(property) ((property) ? (void)0 : (fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property), abort()))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
