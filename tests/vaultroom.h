/* A sealed file for tests: a table of deals in it, a key, and the means to damage it. */
#ifndef TESTS_VAULTROOM_H
#define TESTS_VAULTROOM_H

#include "store/db.h"

enum { DEAL_TEXT = 300 };
#define CANARY "SPECIMEN-canary-110101199003071234"
extern const struct table deals;   /* id, batch, note */

struct vaultroom {
	char dir[64], path[96];
	struct secret *key;
	struct db *db;             /* open after room_make */
	struct err err;
};

void room_make(struct vaultroom *r);                               /* folder, key, an open and empty store */
void room_remove(struct vaultroom *r);
enum code room_try(struct vaultroom *r);                           /* opens r->db; what came of it */
void room_open(struct vaultroom *r);                               /* must succeed */
void room_close(struct vaultroom *r);
/* One transaction of n rows, ids from first on, each about DEAL_TEXT bytes with the canary in it. */
enum code room_commit(struct vaultroom *r, int64_t first, int64_t n, int64_t batch);
int64_t room_count(struct vaultroom *r);                           /* must succeed */
enum code room_read_all(struct vaultroom *r, int64_t *n);          /* every row, checked against what room_commit wrote */
void room_file(const struct vaultroom *r, const char *tail, char out[128]);
/* The file, and its log if it has one, as a crash would leave them, under another name in the same folder. */
void room_snapshot(const struct vaultroom *r, const char *name, struct vaultroom *out);

/* ---- plain files ---- */
struct bytes { uint8_t *data; size_t n; };
struct bytes bytes_read(const char *path);                         /* n 0 when absent */
void bytes_write(const char *path, struct bytes b);
void bytes_free(struct bytes *b);                                  /* fit for AUTO */
bool bytes_same(const char *path, struct bytes b);
void flip(const char *path, size_t at, int bit);
size_t file_size(const char *path);

#endif
