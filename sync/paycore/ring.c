#include "sync/paycore/ring.h"

#include "sync/paycore/names.h"
#include "sync/paycore/pieces.h"

/* Members 0 1 2: one phone. 2 3: one address. 3 4: one representative. 4 5: another phone. 5 0: another address. */
void ring_join(int64_t number, struct item *it)
{
	int64_t ring = number / RING_EVERY, member = number % RING_EVERY - RING_FROM;
	struct chance own = { (uint64_t)ring * 7919 + 17 };
	const struct place *city = &places[ring * 9 % (int64_t)nplaces];
	char first[12], second[12], person[64], identity[RESIDENT_LEN + 1];

	if (member < 0 || member >= RING_SIZE)
		return;
	make_phone(&own, first);
	make_phone(&own, second);
	make_person(&own, person, sizeof person);
	make_identity(&own, city->province, 1980, identity);
	if (member <= 2)
		put(it, "contact_phone", "%s", first);
	if (member >= 4)
		put(it, "contact_phone", "%s", second);
	if (member == 3 || member == 4) {
		put(it, "legal_rep_name", "%s", person);
		put(it, "legal_rep_number", "%s", identity);
	}
	if (member == 2)
		put(it, "address", "%s市样本区样本路%d号3栋501室", city->city, 1000 + (int)ring);
	if (member == 3) /* the same, as somebody else writes it */
		put(it, "address", "%s样本区样本路 %d 號 3-501", city->city, 1000 + (int)ring);
	if (member == 5 || member == 0)
		put(it, "address", member ? "%s市样本街%d号B座负一层" : "%s市样本区样本街%d號B座地下1层", city->city, 100 + (int)ring);
}
