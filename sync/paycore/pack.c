#include "sync/paycore/pack.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zstd.h>

enum { LEVEL = 3 };

/* One member of the list: "zstd", "zstd;q=0.5". A weight of nought refuses the coding. */
static bool takes_zstd(const char *member, size_t n)
{
	while (n && (*member == ' ' || *member == '\t'))
		member++, n--;
	if (n < 4 || strncasecmp(member, "zstd", 4) != 0)
		return false;
	char rest[32];
	if (n - 4 >= sizeof rest)
		return false;
	memcpy(rest, member + 4, n - 4);
	rest[n - 4] = '\0';
	const char *p = rest + strspn(rest, " \t");
	if (*p == '\0')
		return true;
	if (*p++ != ';')
		return false;
	p += strspn(p, " \t");
	return strncasecmp(p, "q=", 2) == 0 && strpbrk(p + 2, "123456789") != NULL;
}

bool pack_accepted(const char *accept_encoding)
{
	for (const char *p = accept_encoding; p && *p;) {
		size_t n = strcspn(p, ",");
		if (takes_zstd(p, n))
			return true;
		p += n;
		p += *p == ',';
	}
	return false;
}

bool pack(struct buf *body)
{
	AUTO(buf_release) struct buf packed = BUF_INIT;
	buf_reserve(&packed, ZSTD_compressBound(body->len));
	size_t n = ZSTD_compress(packed.data, ZSTD_compressBound(body->len), body->data, body->len, LEVEL);
	if (ZSTD_isError(n) || n >= body->len)
		return false;
	buf_clear(body);
	buf_add(body, packed.data, n);
	return true;
}
