/* Who may do what: roles are a constant table of permissions and a clearance (core/roles.c). Certificates name roles. */
#ifndef CORE_ROLES_H
#define CORE_ROLES_H

#include <stdbool.h>

#include "store/cert.h"

/* Data grading after the Data Security Law, article 21, as the house applies it. */
enum privacy { PRIVACY_GENERAL, PRIVACY_IMPORTANT, PRIVACY_CORE };

struct duty {
	const char *name;               /* "reviewer": stands in certificates */
	const char *label;              /* N_("Reviewer") */
	enum privacy clearance;         /* fields above it are masked */
	enum privacy reveal;            /* fields up to here may be shown unmasked for a purpose (core/desk/reveal.h); at most the clearance: none */
	const char *const *permissions; /* NULL-terminated: "merchant.approve" */
};
extern const struct duty roles[];
extern const size_t nroles;
const struct duty *role_find(const char *name, size_t n);
/* "reviewer,risk": every name known, none twice, at least one. E_USAGE names the first that is not and lists what there is. */
enum code roles_check(const char *list, struct err *err);

/* The labels of the roles that hold the permission, translated and with "/" between them, appended to out. */
void roles_holding(struct buf *out, const char *permission);

/* The person who acts, as a verified certificate says. */
struct actor {
	char id[OPERATOR_ID_LEN + 1];
	char name[CERT_NAME_MAX + 1];
	char roles[CERT_ROLES_MAX + 1];
	uint8_t key[KEY_BYTES];         /* public */
	enum privacy clearance;         /* the highest of the roles' */
	enum privacy reveal;            /* likewise */
	bool root;                      /* the organisation's root operator */
};
void actor_from_cert(struct actor *a, const struct cert *c, const uint8_t root[KEY_BYTES]);
/* NULL permission: anybody. The root operator, who certifies everybody, is an administrator whatever the roles say. */
bool actor_may(const struct actor *a, const char *permission);

#endif
