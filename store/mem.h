/* Memory: allocation that cannot fail, a growing buffer, a pool that is freed at once, and AUTO.
 *
 * Four verbs everywhere: x_init (or = X_INIT), x_release (gives the memory back), x_clear (keeps it, empties),
 * x_free (a pointer that x_new or x_open handed out). Running out of memory ends the program. */
#ifndef STORE_MEM_H
#define STORE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* AUTO(fn) T x: fn(&x) runs when x leaves its block. */
#define AUTO(fn) __attribute__((cleanup(fn)))
#define COUNT(array) (sizeof(array) / sizeof(0 [array]))
/* Marks text for the catalogue in a constant table; translated where it is drawn. */
#define N_(text) text

void *mem_alloc(size_t size);                          /* zeroed; never NULL */
void *mem_grow(void *p, size_t count, size_t size);    /* realloc with overflow check; never NULL */
char *mem_strdup(const char *s);                       /* NULL gives NULL */
char *mem_strndup(const char *s, size_t n);
/* Called once before the program ends for want of memory (the console restores the terminal there). NULL: nothing. */
void mem_on_exhausted(void (*fn)(void));

/* A growing byte string. data is always NUL-terminated and never NULL. */
struct buf {
	char *data;
	size_t len, cap;
};
extern char buf_empty[1];
#define BUF_INIT { buf_empty, 0, 0 }

void buf_init(struct buf *b);
void buf_release(struct buf *b);      /* also fit for AUTO */
void buf_wipe(struct buf *b);         /* zeroes what it held, then releases; for what should not linger */
void buf_clear(struct buf *b);
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *data, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_add_hex(struct buf *b, const void *data, size_t n);            /* lower case */
void buf_add_base64(struct buf *b, const void *data, size_t n);         /* RFC 4648 section 4, padded */
void buf_setlen(struct buf *b, size_t n);                               /* n <= len */
char *buf_detach(struct buf *b);                                        /* caller frees; b is empty again */

/* Strict decoders: exactly out_len bytes, nothing else in the text. false otherwise. */
bool hex_decode(const char *hex, size_t hex_len, void *out, size_t out_len);
/* Canonical base64 (padded, no white space, zero trailing bits); appends to out. */
bool base64_decode(const char *text, size_t n, struct buf *out);

/* Many small allocations that die together. */
struct pool {
	struct pool_block *head;
};
#define POOL_INIT { NULL }
void *pool_alloc(struct pool *p, size_t size);         /* zeroed, aligned for anything; never NULL */
char *pool_strdup(struct pool *p, const char *s);      /* NULL gives NULL */
char *pool_strndup(struct pool *p, const char *s, size_t n);
void pool_clear(struct pool *p);                       /* keeps one block for reuse */
void pool_release(struct pool *p);

#endif
