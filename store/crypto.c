#include "store/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/mem.h"

_Static_assert(NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(SALT_BYTES == crypto_pwhash_SALTBYTES, "salt");
_Static_assert(SIG_BYTES == crypto_sign_BYTES && KEY_BYTES == crypto_sign_SEEDBYTES, "signature");
_Static_assert(BOX_EXTRA == crypto_box_SEALBYTES, "box");
_Static_assert(sizeof(struct digest_state) >= sizeof(crypto_generichash_state), "digest state");

enum { SECRET_MAX = 4096, PASSPHRASE_MAX = 1024, KDF_OPS_MAX = 16, FREED = 0xa5 };
static const uint64_t kdf_mem_max = 4ULL << 30;

enum code crypto_start(struct err *err)
{
	if (sodium_init() < 0)
		return fail(err, E_FAILED, "libsodium does not start: the system gives no randomness");
	struct rlimit none = { 0, 0 };
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
		return fail(err, E_FAILED, "the process cannot be made undumpable: %s", strerror(errno));
	mallopt(M_PERTURB, FREED);
	return E_OK;
}

/* ---- secrets ---- */

struct secret {
	size_t size;
	uint8_t *bytes; /* ends at a guard page; a canary stands before it */
};

enum code secret_new(struct secret **out, size_t size, struct err *err)
{
	*out = NULL;
	if (size < 1 || size > SECRET_MAX)
		return fail(err, E_INVALID, "a secret of %zu bytes is out of range", size);
	uint8_t *bytes = sodium_malloc(size);
	/* sodium_malloc locks as well but says nothing when that fails; locking again is harmless and answers. */
	if (!bytes || sodium_mlock(bytes, size) != 0) {
		int why = errno;
		sodium_free(bytes);
		return fail(err, E_FAILED, "memory for a key cannot be locked: %s; raise the limit (ulimit -l)", strerror(why));
	}
	memset(bytes, 0, size);
	struct secret *s = mem_alloc(sizeof *s);
	s->size = size;
	s->bytes = bytes;
	*out = s;
	return E_OK;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	sodium_free(s->bytes); /* wipes */
	free(s);
}

void secret_freep(struct secret **s)
{
	secret_free(*s);
	*s = NULL;
}

uint8_t *secret_bytes(struct secret *s) { return s->bytes; }
const uint8_t *secret_peek(const struct secret *s) { return s->bytes; }
size_t secret_size(const struct secret *s) { return s->size; }

void secret_shrink(struct secret *s, size_t size)
{
	if (size >= s->size)
		return;
	sodium_memzero(s->bytes + size, s->size - size);
	s->size = size;
}

static enum code check_private(int fd, const char *path, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail(err, E_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(err, E_DENIED, "%s is not a regular file; a passphrase file must be one", path);
	if (st.st_uid != geteuid())
		return fail(err, E_DENIED, "%s belongs to somebody else; a passphrase file must be your own", path);
	if (st.st_mode & 077)
		return fail(err, E_DENIED, "%s can be read by others; chmod 600 it first", path);
	return E_OK;
}

/* Reads to the end into s; *n may reach the size of s, which is then too much. */
static enum code read_all(int fd, const char *path, struct secret *s, size_t *n, struct err *err)
{
	for (*n = 0; *n < s->size;) {
		ssize_t got = read(fd, s->bytes + *n, s->size - *n);
		if (got == 0)
			return E_OK;
		if (got < 0 && errno != EINTR)
			return fail(err, E_IO, "%s: %s", path, strerror(errno));
		if (got > 0)
			*n += (size_t)got;
	}
	return E_OK;
}

enum code secret_from_file(struct secret **out, const char *path, struct err *err)
{
	*out = NULL;
	/* Not blocking: a pipe put in the file's place must not hang us before it is refused. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fail(err, errno == ENOENT ? E_NOTFOUND : errno == EACCES ? E_DENIED : E_IO, "%s: %s", path, strerror(errno));
	struct secret *s = NULL;
	size_t n = 0;
	enum code code = check_private(fd, path, err);
	if (!code)
		code = secret_new(&s, PASSPHRASE_MAX + 2, err);
	if (!code)
		code = read_all(fd, path, s, &n, err);
	close(fd);
	if (!code && n > 0 && s->bytes[n - 1] == '\n')
		n--;
	if (!code && (n < 1 || n > PASSPHRASE_MAX))
		code = fail(err, E_INVALID, "%s holds no passphrase of 1 to %d bytes", path, PASSPHRASE_MAX);
	if (code) {
		secret_free(s);
		return code;
	}
	secret_shrink(s, n);
	*out = s;
	return E_OK;
}

void crypto_wipe(void *p, size_t n) { sodium_memzero(p, n); }
bool crypto_equal(const void *a, const void *b, size_t n) { return sodium_memcmp(a, b, n) == 0; }

/* A system call for each page's nonce would cost half as much as sealing it, so small draws come from a block, stretched with
 * ChaCha20 from 32 bytes of the system's. Keys are larger than a nonce and go straight to the system: no key to be lies in ordinary
 * memory beforehand. */
void crypto_random(void *p, size_t n)
{
	static _Thread_local struct {
		pid_t pid; /* a child of fork must not hand out its parent's block again */
		size_t left;
		uint8_t block[1024];
	} drawn;

	if (n > NONCE_BYTES) {
		randombytes_buf(p, n);
		return;
	}
	pid_t pid = getpid();
	if (drawn.pid != pid || drawn.left < n) {
		uint8_t seed[randombytes_SEEDBYTES];
		randombytes_buf(seed, sizeof seed);
		randombytes_buf_deterministic(drawn.block, sizeof drawn.block, seed);
		sodium_memzero(seed, sizeof seed);
		drawn.left = sizeof drawn.block;
		drawn.pid = pid;
	}
	drawn.left -= n;
	memcpy(p, drawn.block + drawn.left, n);
	memset(drawn.block + drawn.left, 0, n);
}

/* ---- digests ---- */

void digest(uint8_t out[KEY_BYTES], const void *data, size_t n)
{
	crypto_generichash(out, KEY_BYTES, data, n, NULL, 0);
}

void digest_keyed(uint8_t out[KEY_BYTES], const uint8_t key[KEY_BYTES], const void *data, size_t n)
{
	crypto_generichash(out, KEY_BYTES, data, n, key, KEY_BYTES);
}

void digest_long(uint8_t out[64], const void *data, size_t n)
{
	crypto_generichash(out, 64, data, n, NULL, 0);
}

void sha256(uint8_t out[32], const void *data, size_t n)
{
	crypto_hash_sha256(out, data, n);
}

void digest_start(struct digest_state *s)
{
	crypto_generichash_init((crypto_generichash_state *)s->opaque, NULL, 0, KEY_BYTES);
}

void digest_add(struct digest_state *s, const void *data, size_t n)
{
	crypto_generichash_update((crypto_generichash_state *)s->opaque, data, n);
}

void digest_end(struct digest_state *s, uint8_t out[KEY_BYTES])
{
	crypto_generichash_final((crypto_generichash_state *)s->opaque, out, KEY_BYTES);
}

void key_derive(uint8_t out[KEY_BYTES], const uint8_t key[KEY_BYTES], const char label[8], uint64_t number)
{
	crypto_kdf_derive_from_key(out, KEY_BYTES, number, label, key);
}

/* ---- sealing ---- */

void aead_seal(uint8_t *cipher, uint8_t tag[TAG_BYTES], const uint8_t *plain, size_t n, const void *ad, size_t ad_n,
	       const uint8_t nonce[NONCE_BYTES], const uint8_t key[KEY_BYTES])
{
	crypto_aead_xchacha20poly1305_ietf_encrypt_detached(cipher, tag, NULL, plain, n, ad, ad_n, NULL, nonce, key);
}

bool aead_open(uint8_t *plain, const uint8_t *cipher, size_t n, const uint8_t tag[TAG_BYTES], const void *ad, size_t ad_n,
	       const uint8_t nonce[NONCE_BYTES], const uint8_t key[KEY_BYTES])
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(plain, NULL, cipher, n, tag, ad, ad_n, nonce, key) == 0;
}

/* ---- passphrases ---- */

struct kdf_cost kdf_moderate(void)
{
	return (struct kdf_cost){ crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE };
}

struct kdf_cost kdf_minimum(void)
{
	return (struct kdf_cost){ crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN };
}

bool kdf_cost_valid(struct kdf_cost cost)
{
	return cost.ops >= crypto_pwhash_OPSLIMIT_MIN && cost.ops <= KDF_OPS_MAX && cost.mem >= crypto_pwhash_MEMLIMIT_MIN
	       && cost.mem <= kdf_mem_max;
}

enum code kdf(uint8_t out[KEY_BYTES], const struct secret *passphrase, const uint8_t salt[SALT_BYTES], struct kdf_cost cost, struct err *err)
{
	if (!kdf_cost_valid(cost))
		return fail(err, E_INVALID, "Argon2id with %llu passes over %llu bytes is out of range",
			    (unsigned long long)cost.ops, (unsigned long long)cost.mem);
	if (crypto_pwhash(out, KEY_BYTES, (const char *)passphrase->bytes, passphrase->size, salt, cost.ops, (size_t)cost.mem,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return fail(err, E_FAILED, "Argon2id needs %llu MiB of memory and did not get them", (unsigned long long)(cost.mem >> 20));
	return E_OK;
}

/* ---- signatures ---- */

void sign_public(uint8_t pk[KEY_BYTES], const uint8_t seed[KEY_BYTES])
{
	uint8_t sk[crypto_sign_SECRETKEYBYTES];
	crypto_sign_seed_keypair(pk, sk, seed);
	sodium_memzero(sk, sizeof sk);
}

static void add_domain(struct buf *b, const char *domain, const void *data, size_t n)
{
	buf_adds(b, domain);
	buf_addc(b, '\0');
	buf_add(b, data, n);
}

void sign_make(uint8_t sig[SIG_BYTES], const char *domain, const void *data, size_t n, const uint8_t seed[KEY_BYTES])
{
	uint8_t pk[KEY_BYTES], sk[crypto_sign_SECRETKEYBYTES];
	AUTO(buf_release) struct buf message = BUF_INIT;
	crypto_sign_seed_keypair(pk, sk, seed);
	if (domain)
		add_domain(&message, domain, data, n);
	crypto_sign_detached(sig, NULL, domain ? (const uint8_t *)message.data : data, domain ? message.len : n, sk);
	sodium_memzero(sk, sizeof sk);
}

bool sign_check(const uint8_t sig[SIG_BYTES], const char *domain, const void *data, size_t n, const uint8_t pk[KEY_BYTES])
{
	AUTO(buf_release) struct buf message = BUF_INIT;
	if (domain)
		add_domain(&message, domain, data, n);
	return crypto_sign_verify_detached(sig, domain ? (const uint8_t *)message.data : data, domain ? message.len : n, pk) == 0;
}

/* ---- sealed to a person ---- */

enum code box_seal(uint8_t *out, const uint8_t *data, size_t n, const uint8_t pk[KEY_BYTES], struct err *err)
{
	uint8_t box_pk[crypto_box_PUBLICKEYBYTES];
	if (crypto_sign_ed25519_pk_to_curve25519(box_pk, pk) != 0 || crypto_box_seal(out, data, n, box_pk) != 0)
		return fail(err, E_INVALID, "this public key is not one that can be sealed to");
	return E_OK;
}

bool box_open(uint8_t *out, const uint8_t *boxed, size_t boxed_n, const uint8_t seed[KEY_BYTES])
{
	uint8_t pk[KEY_BYTES], sk[crypto_sign_SECRETKEYBYTES], box_pk[crypto_box_PUBLICKEYBYTES], box_sk[crypto_box_SECRETKEYBYTES];
	crypto_sign_seed_keypair(pk, sk, seed);
	bool ok = crypto_sign_ed25519_sk_to_curve25519(box_sk, sk) == 0 && crypto_sign_ed25519_pk_to_curve25519(box_pk, pk) == 0 &&
		  crypto_box_seal_open(out, boxed, boxed_n, box_pk, box_sk) == 0;
	sodium_memzero(sk, sizeof sk);
	sodium_memzero(box_sk, sizeof box_sk);
	return ok;
}
