#include "store/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char buf_empty[1];
static void (*exhausted_hook)(void);

static _Noreturn void exhausted(void)
{
	static const char line[] = "paydesk: out of memory; close other programs and start again\n";

	if (exhausted_hook)
		exhausted_hook();
	if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
		_exit(1);
	_exit(1);
}

void mem_on_exhausted(void (*fn)(void))
{
	exhausted_hook = fn;
}

void *mem_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		exhausted();
	return p;
}

void *mem_grow(void *p, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		exhausted();
	size *= count;
	p = realloc(p, size ? size : 1);
	if (!p)
		exhausted();
	return p;
}

char *mem_strndup(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1);

	memcpy(p, s, n);
	return p;
}

char *mem_strdup(const char *s)
{
	return s ? mem_strndup(s, strlen(s)) : NULL;
}

void buf_init(struct buf *b)
{
	*b = (struct buf)BUF_INIT;
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b);
}

void buf_wipe(struct buf *b)
{
	if (b->cap)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

void buf_clear(struct buf *b)
{
	buf_setlen(b, 0);
}

void buf_reserve(struct buf *b, size_t more)
{
	size_t need = b->len + more + 1, cap;

	if (need < more)
		exhausted();
	if (need <= b->cap)
		return;
	cap = b->cap + b->cap / 2;
	if (cap < need)
		cap = need < 64 ? 64 : need;
	b->data = mem_grow(b->cap ? b->data : NULL, cap, 1);
	b->data[b->len] = '\0';
	b->cap = cap;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
	if (!n)
		return;
	buf_reserve(b, n);
	memcpy(b->data + b->len, data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		buf_reserve(b, (size_t)n);
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_add_hex(struct buf *b, const void *data, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *p = data;

	buf_reserve(b, n * 2);
	for (size_t i = 0; i < n; i++) {
		b->data[b->len++] = digit[p[i] >> 4];
		b->data[b->len++] = digit[p[i] & 15];
	}
	b->data[b->len] = '\0';
}

static const char base64_digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_add_base64(struct buf *b, const void *data, size_t n)
{
	const unsigned char *p = data;

	buf_reserve(b, (n + 2) / 3 * 4);
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t w = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);

		b->data[b->len++] = base64_digit[w >> 18];
		b->data[b->len++] = base64_digit[w >> 12 & 63];
		b->data[b->len++] = left > 1 ? base64_digit[w >> 6 & 63] : '=';
		b->data[b->len++] = left > 2 ? base64_digit[w & 63] : '=';
	}
	b->data[b->len] = '\0';
}

void buf_setlen(struct buf *b, size_t n)
{
	b->len = n;
	if (b->cap)
		b->data[n] = '\0';
}

char *buf_detach(struct buf *b)
{
	char *data = b->cap ? b->data : mem_strdup("");

	buf_init(b);
	return data;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(const char *hex, size_t hex_len, void *out, size_t out_len)
{
	unsigned char *p = out;

	if (hex_len != out_len * 2)
		return false;
	for (size_t i = 0; i < out_len; i++) {
		int hi = hex_value(hex[2 * i]), lo = hex_value(hex[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		p[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

bool base64_decode(const char *text, size_t n, struct buf *out)
{
	size_t start = out->len;

	if (n % 4)
		return false;
	for (size_t i = 0; i < n; i += 4) {
		uint32_t w = 0;
		int pad = 0;

		for (size_t j = 0; j < 4; j++) {
			const char *d = text[i + j] ? strchr(base64_digit, text[i + j]) : NULL;

			if (text[i + j] == '=' && i + 4 == n && j >= 2) {
				pad++;
				w <<= 6;
			} else if (d && !pad) {
				w = w << 6 | (uint32_t)(d - base64_digit);
			} else {
				goto bad;
			}
		}
		/* trailing bits that carry nothing must be zero, or two texts would mean the same bytes */
		if ((pad == 1 && (w & 0xff)) || (pad == 2 && (w & 0xffff)))
			goto bad;
		buf_addc(out, (char)(w >> 16 & 0xff));
		if (pad < 2)
			buf_addc(out, (char)(w >> 8 & 0xff));
		if (pad < 1)
			buf_addc(out, (char)(w & 0xff));
	}
	return true;
bad:
	buf_setlen(out, start);
	return false;
}

struct pool_block {
	struct pool_block *next;
	size_t size, used;
	alignas(max_align_t) char data[];
};

enum { POOL_FIRST = 1024, POOL_BLOCK = 16 * 1024 }; /* a record fits the first; each further one is twice as large */

void *pool_alloc(struct pool *p, size_t size)
{
	struct pool_block *b = p->head;
	size_t n = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	void *out;

	if (n < size)
		exhausted();
	if (!b || b->size - b->used < n) {
		size_t block = !b ? POOL_FIRST : b->size < POOL_BLOCK / 2 ? b->size * 2 : POOL_BLOCK;

		if (block < n)
			block = n;

		b = mem_alloc(sizeof *b + block);
		b->size = block;
		b->next = p->head;
		p->head = b;
	}
	out = b->data + b->used;
	b->used += n;
	memset(out, 0, size);
	return out;
}

char *pool_strndup(struct pool *p, const char *s, size_t n)
{
	char *out = pool_alloc(p, n + 1);

	memcpy(out, s, n);
	return out;
}

char *pool_strdup(struct pool *p, const char *s)
{
	return s ? pool_strndup(p, s, strlen(s)) : NULL;
}

void pool_clear(struct pool *p)
{
	struct pool_block *b = p->head;

	if (!b)
		return;
	for (struct pool_block *old = b->next, *next; old; old = next) {
		next = old->next;
		free(old);
	}
	b->next = NULL;
	b->used = 0;
}

void pool_release(struct pool *p)
{
	pool_clear(p);
	free(p->head);
	p->head = NULL;
}

#if defined(__SANITIZE_ADDRESS__)
#define LEAKS_ARE_LOOKED_FOR 1
#elif defined(__has_feature)
#define LEAKS_ARE_LOOKED_FOR __has_feature(address_sanitizer)
#else
#define LEAKS_ARE_LOOKED_FOR 0
#endif
#if LEAKS_ARE_LOOKED_FOR
/* fontconfig, under cairo, keeps what it knows of fonts as long as the process lives, and loses sight of some of it; cairo 1.16
 * loses 768 bytes of each CFF font that it embeds in a PDF; glibc loses the parts of LOCPATH when it looks for a locale: no leaks of ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\nleak:__argz_add_sep\n";
}
#endif
