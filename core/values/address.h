/* Chinese addresses as they are compared: written by hand, copied from a licence, with and without the province, in full-width digits,
 * with 号 or 號, with a building as 3号楼, 3栋, 三幢 or 3#. Two that name the same place get the same key.
 *
 * The key is what stands after province, city, district and subdistrict, for those are left out at will. A street of that name may be in
 * another city, so whoever finds a key asks address_alike of the two addresses as well. */
#ifndef CORE_VALUES_ADDRESS_H
#define CORE_VALUES_ADDRESS_H

#include "store/mem.h"

/* Appends the key of an address (UTF-8); nothing where it has no number: it names a street or a village then, not a place in it.
 *   "广东省深圳市南山区样本路１２號３栋2單元５０１室", "深圳南山区样本路12号3-2-501": 样本路12号3栋2单元501室 */
void address_key(struct buf *out, const char *address);
/* Do two addresses have the same key, and no province, city or district that says otherwise? What one of them leaves out says nothing. */
bool address_alike(const char *a, const char *b);

struct province { const char *name, *full, *cities; }; /* cities: parted by spaces */
extern const struct province province_table[];         /* core/data/places.csv */
extern const size_t province_count;

#endif
