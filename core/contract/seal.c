#include "core/contract/seal.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/when.h"
#include "store/crypto.h"

enum { CMS_MAX = 6 * 1024 /* bytes that a signature has room for */, OBJECTS_MAX = 100000, RANGE_TEXT = 48, DAYS = 3650, ATTRIBUTES_MAX = 8,
       SIGNATURE_MAX = 128 };

static void key_freep(EVP_PKEY **k) { EVP_PKEY_free(*k); }
static void cert_freep(X509 **c) { X509_free(*c); }
static void cms_freep(CMS_ContentInfo **c) { CMS_ContentInfo_free(*c); }
static void bio_freep(BIO **b) { BIO_free_all(*b); }
static void store_freep(X509_STORE **s) { X509_STORE_free(*s); }
static void certs_freep(STACK_OF(X509) **s) { sk_X509_free(*s); }

static enum code ssl_fail(struct err *err, enum code code, const char *what)
{
	char why[160] = "";
	unsigned long e = ERR_get_error();

	if (e)
		ERR_error_string_n(e, why, sizeof why);
	ERR_clear_error();
	return fail(err, code, "%s: %s", what, why);
}

/* ---- key and certificate ---- */
static bool add_extension(X509 *c, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;
	bool good;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, c, c, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	good = ext && X509_add_ext(c, ext, -1);
	X509_EXTENSION_free(ext);
	return good;
}

static bool describe(X509 *c, EVP_PKEY *key, const char *name, int64_t now)
{
	X509_NAME *who = X509_get_subject_name(c);
	uint8_t serial[16];
	BIGNUM *n;
	bool good;

	crypto_random(serial, sizeof serial);
	serial[0] = (uint8_t)(0x40 | (serial[0] & 0x3f)); /* positive, and of a fixed length (RFC 5280, 4.1.2.2) */
	n = BN_bin2bn(serial, sizeof serial, NULL);
	good = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(c)) && X509_set_version(c, X509_VERSION_3) &&
	       ASN1_TIME_set(X509_getm_notBefore(c), (time_t)(now / 1000 - 3600)) &&
	       ASN1_TIME_set(X509_getm_notAfter(c), (time_t)(now / 1000 + INT64_C(86400) * DAYS)) &&
	       X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) &&
	       X509_set_issuer_name(c, who) && X509_set_pubkey(c, key);
	BN_free(n);
	return good && add_extension(c, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(c, NID_key_usage, "critical,digitalSignature,nonRepudiation") &&
	       add_extension(c, NID_subject_key_identifier, "hash") && X509_sign(c, key, EVP_sha256()) > 0;
}

static void take_bio(struct buf *out, BIO *b)
{
	char *data;
	long n = BIO_get_mem_data(b, &data);

	buf_add(out, data, n > 0 ? (size_t)n : 0);
}

enum code seal_new(struct buf *key_pem, struct buf *cert_pem, const char *common_name, int64_t now, struct err *err)
{
	AUTO(key_freep) EVP_PKEY *key = EVP_EC_gen("P-256");
	AUTO(cert_freep) X509 *cert = X509_new();
	AUTO(bio_freep) BIO *k = BIO_new(BIO_s_secmem()), *c = BIO_new(BIO_s_mem());

	if (!key || !cert || !k || !c || !describe(cert, key, common_name, now) || !PEM_write_bio_PrivateKey(k, key, NULL, NULL, 0, NULL, NULL) ||
	    !PEM_write_bio_X509(c, cert))
		return ssl_fail(err, E_FAILED, "making the seal's certificate");
	take_bio(key_pem, k);
	take_bio(cert_pem, c);
	return E_OK;
}

static X509 *read_cert(const char *pem)
{
	AUTO(bio_freep) BIO *b = strlen(pem) <= SEAL_PEM_MAX ? BIO_new_mem_buf(pem, -1) : NULL;

	return b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
}

static EVP_PKEY *read_key(const char *pem)
{
	AUTO(bio_freep) BIO *b = strlen(pem) <= SEAL_PEM_MAX ? BIO_new_mem_buf(pem, -1) : NULL;

	return b ? PEM_read_bio_PrivateKey(b, NULL, NULL, NULL) : NULL;
}

enum code seal_fingerprint(struct buf *out, const char *cert_pem, struct err *err)
{
	AUTO(cert_freep) X509 *cert = read_cert(cert_pem);
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!cert || !X509_digest(cert, EVP_sha256(), sum, &n))
		return ssl_fail(err, E_INVALID, "the seal's certificate cannot be read");
	buf_add_hex(out, sum, n);
	return E_OK;
}

/* ---- the file that is sealed: only what our own PDFs look like is taken ---- */
struct pdf {
	const char *data;
	size_t n;
	size_t start;                   /* of the last table of references */
	long size, root, info;          /* from the trailer */
};

/* The number behind a name of the trailer. */
static bool trailer_number(const char *trailer, const char *name, long *out)
{
	const char *at = strstr(trailer, name);
	char *end;

	if (!at)
		return false;
	*out = strtol(at + strlen(name), &end, 10);
	return end != at + strlen(name) && *out > 0 && *out < OBJECTS_MAX;
}

static bool read_pdf(struct pdf *p, const char *tail)
{
	const char *trailer = strstr(tail, "trailer"), *start = trailer ? strstr(trailer, "startxref\n") : NULL;
	char *end;

	if (!start || p->n < 9 || memcmp(p->data, "%PDF-1.", 7) != 0)
		return false;
	p->start = strtoul(start + 10, &end, 10);
	return !strncmp(end, "\n%%EOF", 6) && p->start < p->n && p->n - p->start > 8 && !memcmp(p->data + p->start, "xref\n0 ", 7) &&
	       trailer_number(trailer, "/Size ", &p->size) && trailer_number(trailer, "/Root ", &p->root) &&
	       trailer_number(trailer, "/Info ", &p->info) && p->root < p->size && p->info < p->size;
}

/* The dictionary of object n, from behind its "<<" on to "endobj"; NULL: not where the table says. */
static const char *object(const struct pdf *p, long n, size_t *len)
{
	const char *table = memchr(p->data + p->start + 5, '\n', p->n - p->start - 5), *at, *end;
	char head[40], *stop;
	size_t offset, entry = table ? (size_t)(table + 1 - p->data) + (size_t)n * 20 : p->n, room;
	int head_n = snprintf(head, sizeof head, "%ld 0 obj\n<<", n);

	if (n <= 0 || n >= p->size || entry > p->n || p->n - entry < 20 || p->data[entry + 10] != ' ' || p->data[entry + 17] != 'n')
		return NULL;
	offset = strtoul(p->data + entry, &stop, 10);
	if (stop != p->data + entry + 10 || offset >= p->n || p->n - offset < (size_t)head_n || memcmp(p->data + offset, head, (size_t)head_n) != 0)
		return NULL;
	at = p->data + offset + head_n;
	room = p->n - offset - (size_t)head_n;
	end = memmem(at, room, "endobj", 6);
	*len = end ? (size_t)(end - at) : 0;
	return end;
}

/* ---- the update ---- */
struct update {
	struct buf *out;
	size_t begin;                   /* of the file in out */
	size_t offset[4];               /* of the objects below, from begin */
	long number[4];
	size_t contents, range;         /* of the places that are filled in last */
};
enum { CATALOG, PAGE, FIELD, SIGNATURE, PARTS };

static void open_object(struct update *u, int part, long number)
{
	u->number[part] = number;
	u->offset[part] = u->out->len - u->begin;
	buf_addf(u->out, "%ld 0 obj\n<<", number);
}

static void add_signature(struct update *u, long number, int64_t at)
{
	struct civil c = when_civil(at);

	open_object(u, SIGNATURE, number);
	buf_addf(u->out, " /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n   /M (D:%04d%02d%02d%02d%02d%02d+08'00')\n   /ByteRange ",
		 c.year, c.month, c.day, c.hour, c.minute, c.second);
	u->range = u->out->len;
	buf_addf(u->out, "%*s\n   /Contents ", RANGE_TEXT, "");
	u->contents = u->out->len;
	buf_addc(u->out, '<');
	for (int i = 0; i < CMS_MAX * 2; i++)
		buf_addc(u->out, '0');
	buf_adds(u->out, ">\n>>\nendobj\n");
}

/* Of the objects in the order of their numbers; neighbours would not have to stand apart, but may. */
static void add_table(struct update *u, const struct pdf *p)
{
	size_t start = u->out->len - u->begin;

	buf_adds(u->out, "xref\n");
	for (int i = 0; i < PARTS; i++) {
		int at = i;

		if (i < 2 && u->number[PAGE] < u->number[CATALOG])
			at = 1 - i;
		buf_addf(u->out, "%ld 1\n%010zu 00000 n \n", u->number[at], u->offset[at]);
	}
	buf_addf(u->out, "trailer\n<< /Size %ld\n   /Root %ld 0 R\n   /Info %ld 0 R\n   /Prev %zu\n>>\nstartxref\n%zu\n%%%%EOF\n", p->size + 2, p->root, p->info,
		 p->start, start);
}

static enum code add_update(struct update *u, const struct pdf *p, int64_t at, struct err *err)
{
	size_t catalog_n, pages_n, page_n = 0;
	const char *catalog_end = object(p, p->root, &catalog_n), *kids, *pages_end = NULL, *page_end = NULL;
	long pages = 0, page = 0;

	/* objects end in their keyword, so the searches below stop there at the latest */
	if (catalog_end && (kids = memmem(catalog_end - catalog_n, catalog_n, "/Pages ", 7)))
		pages_end = object(p, pages = strtol(kids + 7, NULL, 10), &pages_n);
	if (pages_end && (kids = memmem(pages_end - pages_n, pages_n, "/Kids [ ", 8)))
		page_end = object(p, page = strtol(kids + 8, NULL, 10), &page_n);
	if (!page_end || page == p->root || memmem(page_end - page_n, page_n, "/Annots", 7) || memmem(catalog_end - catalog_n, catalog_n, "/AcroForm", 9))
		return fail(err, E_INVALID, "this PDF is not of the form that is sealed");
	buf_add(u->out, p->data, p->n);
	open_object(u, CATALOG, p->root);
	buf_addf(u->out, " /AcroForm << /Fields [ %ld 0 R ] /SigFlags 3 >>", p->size);
	buf_add(u->out, catalog_end - catalog_n, catalog_n);
	buf_adds(u->out, "endobj\n");
	open_object(u, PAGE, page);
	buf_addf(u->out, " /Annots [ %ld 0 R ]", p->size);
	buf_add(u->out, page_end - page_n, page_n);
	buf_adds(u->out, "endobj\n");
	open_object(u, FIELD, p->size);
	buf_addf(u->out, " /Type /Annot /Subtype /Widget /FT /Sig /T (seal) /V %ld 0 R /P %ld 0 R /Rect [ 0 0 0 0 ] /F 132 >>\nendobj\n", p->size + 1, page);
	add_signature(u, p->size + 1, at);
	add_table(u, p);
	return E_OK;
}

/* ---- signing ---- */
/* What the signature is over: all but the hexadecimal string between < and >. */
static BIO *covered(const char *file, size_t n, size_t from, size_t to)
{
	BIO *b = BIO_new(BIO_s_mem());

	if (b && BIO_write(b, file, (int)from) == (int)from && BIO_write(b, file + to, (int)(n - to)) == (int)(n - to))
		return b;
	BIO_free(b);
	return NULL;
}

struct attribute { uint8_t *der; int n; };

/* X.690, 11.6: the elements of a set in the order of their encodings. */
static int by_encoding(const void *a, const void *b)
{
	const struct attribute *x = a, *y = b;
	int order = memcmp(x->der, y->der, (size_t)(x->n < y->n ? x->n : y->n));

	return order ? order : x->n - y->n;
}

/* Tag and length of a SET (X.690, 8.1.3), the length in as few bytes as it takes. */
static void add_set(struct buf *out, size_t len)
{
	buf_addc(out, 0x31);
	if (len > 0x7f)
		buf_addc(out, (char)(len > 0xff ? 0x82 : 0x81));
	if (len > 0xff)
		buf_addc(out, (char)(len >> 8));
	buf_addc(out, (char)(len & 0xff));
}

/* The signed attributes as they are signed (RFC 5652, 5.4): a SET OF, whatever tag they bear in the message. */
static bool encode_attributes(const CMS_SignerInfo *si, struct buf *out)
{
	struct attribute all[ATTRIBUTES_MAX] = { 0 };
	int n = CMS_signed_get_attr_count(si);
	size_t len = 0;
	bool good = n > 0 && n <= ATTRIBUTES_MAX;

	for (int i = 0; good && i < n; i++) {
		all[i].n = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(si, i), &all[i].der);
		good = all[i].n > 0;
		len += good ? (size_t)all[i].n : 0;
	}
	good = good && len <= 0xffff;
	if (good) {
		qsort(all, (size_t)n, sizeof *all, by_encoding);
		add_set(out, len);
	}
	for (int i = 0; i < ATTRIBUTES_MAX; i++) {
		if (good && i < n)
			buf_add(out, all[i].der, (size_t)all[i].n);
		OPENSSL_free(all[i].der);
	}
	return good;
}

/* A PDF bears the time in its own dictionary, and PAdES wants none in the message (EN 319 142-1, 6.3); OpenSSL before 3.5 always puts one
 * in. It is taken out, and what is left signed again. */
static bool without_time(CMS_ContentInfo *cms, EVP_PKEY *key)
{
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	int at = si ? CMS_signed_get_attr_by_NID(si, NID_pkcs9_signingTime, -1) : -1;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	AUTO(buf_release) struct buf der = BUF_INIT;
	uint8_t sig[SIGNATURE_MAX];
	size_t n = sizeof sig;
	bool good;

	if (at >= 0)
		X509_ATTRIBUTE_free(CMS_signed_delete_attr(si, at));
	good = at >= 0 && ctx && encode_attributes(si, &der) && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) > 0 &&
	       EVP_DigestSign(ctx, sig, &n, (const unsigned char *)der.data, der.len) > 0 &&
	       ASN1_STRING_set(CMS_SignerInfo_get0_signature(si), sig, (int)n);
	EVP_MD_CTX_free(ctx);
	return good;
}

static enum code sign(struct update *u, X509 *cert, EVP_PKEY *key, struct err *err)
{
	const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL;
	char *file = u->out->data + u->begin, range[RANGE_TEXT + 1];
	size_t n = u->out->len - u->begin, from = u->contents - u->begin, to = from + 2 + CMS_MAX * 2;
	AUTO(bio_freep) BIO *data = NULL;
	AUTO(cms_freep) CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	AUTO(buf_release) struct buf hex = BUF_INIT;
	unsigned char *der = NULL;
	int der_n;

	memset(range, ' ', sizeof range);
	range[snprintf(range, sizeof range, "[ 0 %zu %zu %zu ]", from, to, n - to)] = ' ';
	memcpy(u->out->data + u->range, range, RANGE_TEXT);
	data = n <= INT32_MAX ? covered(file, n, from, to) : NULL;
	if (!data || !cms || !CMS_add1_signer(cms, cert, key, EVP_sha256(), flags | CMS_CADES) || !CMS_final(cms, data, NULL, flags) || !without_time(cms, key))
		return ssl_fail(err, E_FAILED, "the seal could not be made");
	der_n = i2d_CMS_ContentInfo(cms, &der);
	if (der_n > 0 && der_n <= CMS_MAX)
		buf_add_hex(&hex, der, (size_t)der_n);
	OPENSSL_free(der);
	memcpy(file + from + 1, hex.data, hex.len);
	return hex.len ? E_OK : fail(err, E_FAILED, "the seal takes more room than it has");
}

enum code seal_pdf(struct buf *out, const void *pdf, size_t n, const char *key_pem, const char *cert_pem, int64_t at, struct err *err)
{
	AUTO(cert_freep) X509 *cert = read_cert(cert_pem);
	AUTO(key_freep) EVP_PKEY *key = read_key(key_pem);
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct pdf p = { .data = pdf, .n = n };
	struct update u = { .out = out, .begin = out->len };
	size_t tail = n < 400 ? n : 400;
	enum code code;

	if (!cert || !key)
		return ssl_fail(err, E_INVALID, "the seal's key or certificate cannot be read");
	if (!read_pdf(&p, pool_strndup(&pool, p.data + n - tail, tail)))
		return fail(err, E_INVALID, "this PDF is not of the form that is sealed");
	code = add_update(&u, &p, at, err);
	if (!code)
		code = sign(&u, cert, key, err);
	if (code)
		buf_setlen(out, u.begin);
	return code;
}

/* ---- checking ---- */
/* The range that stands in the file behind the original, and that it leaves out nothing but one string. */
static bool read_range(const char *file, size_t n, size_t original, size_t *from, size_t *to)
{
	const char *at = memmem(file + original, n - original, "/ByteRange [ 0 ", 15);
	size_t rest;
	char *end;

	if (!at || (size_t)(file + n - at) < 15 + RANGE_TEXT)
		return false;
	*from = strtoul(at + 15, &end, 10);
	*to = strtoul(end, &end, 10);
	rest = strtoul(end, &end, 10);
	return !strncmp(end, " ]", 2) && *from > original && *to > *from + 2 && *to <= n && rest == n - *to && file[*from] == '<' && file[*to - 1] == '>' &&
	       *to - *from - 2 == CMS_MAX * 2;
}

/* The structure at the start of the room for it; the rest has to be zeroes. */
static CMS_ContentInfo *read_cms(const char *hex)
{
	uint8_t der[CMS_MAX];
	const unsigned char *p = der;
	CMS_ContentInfo *cms = hex_decode(hex, CMS_MAX * 2, der, sizeof der) ? d2i_CMS_ContentInfo(NULL, &p, CMS_MAX) : NULL;

	for (; cms && p < der + CMS_MAX; p++)
		if (*p) {
			CMS_ContentInfo_free(cms);
			return NULL;
		}
	return cms;
}

/* The one certificate that the seal carries is the one that was handed over. */
static bool carries(CMS_ContentInfo *cms, const X509 *cert)
{
	STACK_OF(X509) *own = CMS_get1_certs(cms);
	bool same = own && sk_X509_num(own) == 1 && X509_cmp(sk_X509_value(own, 0), cert) == 0;

	sk_X509_pop_free(own, X509_free);
	return same;
}

static bool in_force(const X509 *cert, int64_t at)
{
	time_t when = (time_t)(at / 1000);

	return X509_cmp_time(X509_get0_notBefore(cert), &when) < 0 && X509_cmp_time(X509_get0_notAfter(cert), &when) > 0;
}

/* Of a BIO in memory CMS_verify makes another one, which OpenSSL 3.0 loses when the message names a digest that it does not know. */
static bool verifies(CMS_ContentInfo *cms, STACK_OF(X509) *certs, X509_STORE *store, BIO *data)
{
	AUTO(bio_freep) BIO *plain = BIO_new(BIO_f_null());
	bool good;

	if (!plain)
		return false;
	BIO_set_mem_eof_return(data, 0);
	BIO_push(plain, data);
	good = CMS_verify(cms, certs, store, plain, NULL, CMS_BINARY | CMS_DETACHED | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY) == 1;
	BIO_pop(plain); /* data stays the caller's */
	return good;
}

enum code seal_check(const void *sealed, size_t sealed_n, const void *pdf, size_t n, const char *cert_pem, int64_t at, struct err *err)
{
	AUTO(cert_freep) X509 *cert = read_cert(cert_pem);
	AUTO(bio_freep) BIO *data = NULL;
	AUTO(cms_freep) CMS_ContentInfo *cms = NULL;
	AUTO(store_freep) X509_STORE *store = X509_STORE_new();
	AUTO(certs_freep) STACK_OF(X509) *certs = sk_X509_new_null();
	const char *file = sealed;
	size_t from, to;

	if (!cert || !store || !certs || !sk_X509_push(certs, cert))
		return ssl_fail(err, E_INVALID, "the seal's certificate cannot be read");
	if (sealed_n <= n || sealed_n > INT32_MAX || memcmp(sealed, pdf, n) != 0)
		return fail(err, E_SIGNATURE, "what was sealed is not the document that was signed");
	if (!read_range(file, sealed_n, n, &from, &to) || !(cms = read_cms(file + from + 1)) || !(data = covered(file, sealed_n, from, to)))
		return fail(err, E_SIGNATURE, "the seal does not cover the whole document");
	if (!carries(cms, cert))
		return fail(err, E_SIGNATURE, "the seal carries another certificate");
	if (!in_force(cert, at))
		return fail(err, E_SIGNATURE, "the seal's certificate was not in force then");
	/* whose certificate it is was settled by whoever handed it over: no chain, and no certificate from the seal itself */
	if (!verifies(cms, certs, store, data))
		return ssl_fail(err, E_SIGNATURE, "the seal does not verify");
	return E_OK;
}
