/* Places on earth, in millionths of a degree: whole numbers, so that what is signed and compared is the same everywhere. North and east
 * are positive. Two places are compared only within one datum; maps in China, and terminals that report to them, speak GCJ-02. */
#ifndef CORE_VALUES_GEO_H
#define CORE_VALUES_GEO_H

#include <stdbool.h>
#include <stdint.h>

enum { GEO_DEGREE = 1000 * 1000 };
struct geo { int64_t lat, lon; };

bool geo_valid(struct geo at);                        /* latitude -90..90, longitude -180..180 degrees */
/* Whole metres along the great circle (haversine, on a sphere of 6371 km: up to 0.5 % off). Both valid. */
int64_t geo_metres(struct geo a, struct geo b);

#endif
