/* The kinds of record that there are, by themselves: whoever links a list of their own in its place has another house (tests/test_toy.c). */
#include "core/record.h"

#define RECORD(name) extern const struct record name##_record;
#include "core/records.def"
#undef RECORD

const struct record *const records[] = {
#define RECORD(name) &name##_record,
#include "core/records.def"
#undef RECORD
};
const size_t nrecords = COUNT(records);
