#include "core/values/geo.h"

#include <math.h>

#define EARTH_METRES 6371008.8 /* mean radius R1 of GRS 80 (Moritz, 2000) */

bool geo_valid(struct geo at)
{
	return at.lat >= -90 * GEO_DEGREE && at.lat <= 90 * GEO_DEGREE && at.lon >= -180 * GEO_DEGREE && at.lon <= 180 * GEO_DEGREE;
}

static double radians(int64_t degrees)
{
	return (double)degrees / GEO_DEGREE * acos(-1) / 180;
}

int64_t geo_metres(struct geo a, struct geo b)
{
	double lat = sin(radians(b.lat - a.lat) / 2), lon = sin(radians(b.lon - a.lon) / 2);
	double h = lat * lat + cos(radians(a.lat)) * cos(radians(b.lat)) * lon * lon;

	return llround(2 * EARTH_METRES * asin(sqrt(h > 1 ? 1 : h)));
}
