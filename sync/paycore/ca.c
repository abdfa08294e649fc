#include "sync/paycore/ca.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#include "store/crypto.h"
#include "store/file.h"

enum { PEM_MAX = 64 * 1024, DAY_S = 86400, CA_DAYS = 3650, SERVER_DAYS = 397, RENEW_DAYS = 30 };

static void key_freep(gnutls_x509_privkey_t *key)
{
	gnutls_x509_privkey_deinit(*key);
}

static void crt_freep(gnutls_x509_crt_t *crt)
{
	gnutls_x509_crt_deinit(*crt);
}

static void datum_release(gnutls_datum_t *d)
{
	if (d->data) {
		crypto_wipe(d->data, d->size); /* may be a key */
		gnutls_free(d->data);
	}
}

static enum code gnutls_fail(struct err *err, const char *what, int r)
{
	return fail(err, E_FAILED, "%s: %s", what, gnutls_strerror(r));
}

/* ---- files ---- */

static enum code read_pair(const char *home, const char *name, gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, struct err *err)
{
	AUTO(buf_release) struct buf file = BUF_INIT, pem = BUF_INIT;
	AUTO(buf_wipe) struct buf secret = BUF_INIT;
	buf_addf(&file, "%s/%s.pem", home, name);
	enum code c = file_read(&pem, file.data, PEM_MAX, err);
	if (c)
		return c;
	buf_clear(&file);
	buf_addf(&file, "%s/%s.key", home, name);
	if ((c = file_read(&secret, file.data, PEM_MAX, err)))
		return c;
	gnutls_datum_t cert = { (unsigned char *)pem.data, (unsigned)pem.len }, priv = { (unsigned char *)secret.data, (unsigned)secret.len };
	int r = gnutls_x509_crt_import(crt, &cert, GNUTLS_X509_FMT_PEM);
	if (r < 0 || (r = gnutls_x509_privkey_import(key, &priv, GNUTLS_X509_FMT_PEM)) < 0)
		return fail(err, E_INVALID, "%s/%s.pem and .key cannot be read (%s); move both away to have them made anew", home, name, gnutls_strerror(r));
	return E_OK;
}

static enum code write_pair(const char *home, const char *name, gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, struct err *err)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	AUTO(datum_release) gnutls_datum_t pem = { NULL, 0 }, secret = { NULL, 0 };
	int r = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
	if (r < 0 || (r = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &secret)) < 0)
		return gnutls_fail(err, "writing a certificate", r);
	buf_addf(&file, "%s/%s.key", home, name); /* the key first: a certificate without its key would be of no use */
	enum code c = file_replace(file.data, secret.data, secret.size, err);
	if (c)
		return c;
	buf_clear(&file);
	buf_addf(&file, "%s/%s.pem", home, name);
	return file_replace(file.data, pem.data, pem.size, err);
}

/* ---- certificates ---- */

static int describe(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *name, time_t now, int days)
{
	unsigned char serial[16], id[20];
	size_t id_n = sizeof id;
	crypto_random(serial, sizeof serial);
	serial[0] = (unsigned char)(0x40 | (serial[0] & 0x3f)); /* positive, and of a fixed length (RFC 5280, 4.1.2.2) */
	int r = gnutls_x509_crt_set_version(crt, 3);
	if (r >= 0)
		r = gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
	if (r >= 0)
		r = gnutls_x509_crt_set_activation_time(crt, now - 3600); /* clocks differ a little */
	if (r >= 0)
		r = gnutls_x509_crt_set_expiration_time(crt, now + (time_t)days * DAY_S);
	if (r >= 0)
		r = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
	if (r >= 0)
		r = gnutls_x509_crt_set_key(crt, key);
	if (r >= 0)
		r = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA1, id, &id_n); /* RFC 5280, 4.2.1.2: a name, not a proof */
	if (r >= 0)
		r = gnutls_x509_crt_set_subject_key_id(crt, id, id_n);
	return r;
}

static int new_key(gnutls_x509_privkey_t key)
{
	return gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
}

static enum code make_ca(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, time_t now, struct err *err)
{
	int r = new_key(key);
	if (r >= 0)
		r = describe(crt, key, "paycore sandbox CA", now, CA_DAYS);
	if (r >= 0)
		r = gnutls_x509_crt_set_basic_constraints(crt, 1, 0);
	if (r >= 0)
		r = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
	if (r >= 0)
		r = gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
	return r < 0 ? gnutls_fail(err, "making the certificate authority", r) : E_OK;
}

static int add_name(gnutls_x509_crt_t crt, const char *host)
{
	unsigned char ip[16];
	if (inet_pton(AF_INET, host, ip) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, ip, 4, GNUTLS_FSAN_APPEND);
	if (inet_pton(AF_INET6, host, ip) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, ip, 16, GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host), GNUTLS_FSAN_APPEND);
}

static const char *const own_names[] = { "localhost", "127.0.0.1", "::1" };

static bool is_own_name(const char *host)
{
	for (size_t i = 0; i < COUNT(own_names); i++)
		if (strcmp(host, own_names[i]) == 0)
			return true;
	return false;
}

static int authorize(gnutls_x509_crt_t crt, gnutls_x509_crt_t ca, gnutls_x509_privkey_t ca_key)
{
	unsigned char id[64];
	size_t id_n = sizeof id;
	int r = gnutls_x509_crt_get_subject_key_id(ca, id, &id_n, NULL);
	if (r >= 0)
		r = gnutls_x509_crt_set_authority_key_id(crt, id, id_n);
	if (r >= 0)
		r = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	if (r >= 0)
		r = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (r >= 0)
		r = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	if (r >= 0)
		r = gnutls_x509_crt_sign2(crt, ca, ca_key, GNUTLS_DIG_SHA256, 0);
	return r;
}

static enum code make_server(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, gnutls_x509_crt_t ca, gnutls_x509_privkey_t ca_key,
			     const char *host, time_t now, struct err *err)
{
	int r = new_key(key);
	if (r >= 0)
		r = describe(crt, key, "paycore", now, SERVER_DAYS);
	for (size_t i = 0; r >= 0 && i < COUNT(own_names); i++)
		r = add_name(crt, own_names[i]);
	if (r >= 0 && !is_own_name(host))
		r = add_name(crt, host);
	if (r >= 0)
		r = authorize(crt, ca, ca_key);
	return r < 0 ? gnutls_fail(err, "making the server's certificate", r) : E_OK;
}

static bool still_good(gnutls_x509_crt_t crt, gnutls_x509_crt_t ca, const char *host, time_t now)
{
	unsigned verdict = 0;
	return gnutls_x509_crt_get_expiration_time(crt) > now + (time_t)RENEW_DAYS * DAY_S && gnutls_x509_crt_check_hostname(crt, host) &&
	       gnutls_x509_crt_verify(crt, &ca, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &verdict) >= 0 && verdict == 0;
}

/* ---- both together ---- */

static enum code ready_ca(const char *home, gnutls_x509_crt_t ca, gnutls_x509_privkey_t key, time_t now, struct err *err)
{
	enum code c = read_pair(home, "ca", ca, key, err);
	if (c == E_NOTFOUND) {
		c = make_ca(ca, key, now, err);
		return c ? c : write_pair(home, "ca", ca, key, err);
	}
	if (!c && gnutls_x509_crt_get_expiration_time(ca) < now)
		return fail(err, E_INVALID, "the certificate authority in %s has expired; move ca.pem and ca.key away and enrol the desks again", home);
	return c;
}

static enum code ready_server(const char *home, const char *host, gnutls_x509_crt_t ca, gnutls_x509_privkey_t ca_key, time_t now, struct err *err)
{
	AUTO(crt_freep) gnutls_x509_crt_t old = NULL, crt = NULL;
	AUTO(key_freep) gnutls_x509_privkey_t old_key = NULL, key = NULL;
	int r = gnutls_x509_crt_init(&old);
	if (r < 0 || (r = gnutls_x509_crt_init(&crt)) < 0 || (r = gnutls_x509_privkey_init(&old_key)) < 0 || (r = gnutls_x509_privkey_init(&key)) < 0)
		return gnutls_fail(err, "certificates", r);
	enum code c = read_pair(home, "server", old, old_key, err);
	if (c && c != E_NOTFOUND)
		return c;
	if (!c && still_good(old, ca, host, now))
		return E_OK;
	c = make_server(crt, key, ca, ca_key, host, now, err);
	return c ? c : write_pair(home, "server", crt, key, err);
}

void identity_release(struct identity *id)
{
	buf_release(&id->cert);
	buf_wipe(&id->key);
}

enum code ca_identity(struct identity *out, const char *home, const char *host, int64_t now, struct err *err)
{
	AUTO(crt_freep) gnutls_x509_crt_t ca = NULL;
	AUTO(key_freep) gnutls_x509_privkey_t key = NULL;
	buf_init(&out->cert);
	buf_init(&out->key);
	int r = gnutls_x509_crt_init(&ca);
	if (r < 0 || (r = gnutls_x509_privkey_init(&key)) < 0)
		return gnutls_fail(err, "certificates", r);
	enum code c = ready_ca(home, ca, key, (time_t)(now / 1000), err);
	if (!c)
		c = ready_server(home, host, ca, key, (time_t)(now / 1000), err);
	AUTO(buf_release) struct buf cert = BUF_INIT, priv = BUF_INIT;
	buf_addf(&cert, "%s/server.pem", home);
	buf_addf(&priv, "%s/server.key", home);
	if (!c)
		c = file_read(&out->cert, cert.data, PEM_MAX, err);
	if (!c)
		c = file_read(&out->key, priv.data, PEM_MAX, err);
	if (c)
		identity_release(out);
	return c;
}
