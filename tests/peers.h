/* What the programs that the console is measured beside are given to show: as much as each is used for, all of it synthetic. */
#ifndef TESTS_PEERS_H
#define TESTS_PEERS_H

#include <stdint.h>

enum { PEER_ROWS_MAX = 1000000, PEER_MAILS = 10000 };
struct peers {
	int64_t deals, lines, mails, processes; /* of which files there are; processes: 1, as the machine is */
};
/* Into dir, which may be anybody's HOME then: lines (as many as merchants), log and deals.db (as many as rows, at most PEER_ROWS_MAX), mbox. */
void peers_make(struct peers *p, const char *dir, int64_t merchants, int64_t rows);

#endif
