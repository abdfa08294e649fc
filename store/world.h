/* What the program takes from outside besides files: the time and chance. Injected, so that tests are deterministic. */
#ifndef STORE_WORLD_H
#define STORE_WORLD_H

#include <stddef.h>
#include <stdint.h>

struct world {
	int64_t (*now)(void *ctx);                        /* UTC, milliseconds since 1970 */
	void (*random)(void *ctx, void *out, size_t n);
	void *ctx;
};

const struct world *world_real(void);
static inline int64_t world_now(const struct world *w) { return w->now(w->ctx); }

/* UUIDv7 (RFC 9562, section 5.7) in its text form, 36 characters and NUL. */
void world_uuid(const struct world *w, char out[37]);

#endif
