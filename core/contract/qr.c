#include "core/contract/qr.h"

#include <qrencode.h>
#include <string.h>

/* Unreserved, reserved and percent (RFC 3986, section 2), with something behind the scheme. */
static bool is_https(const char *link)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";

	return !strncmp(link, "https://", 8) && link[8] && link[8] != '/' && strspn(link, letters) == strlen(link);
}

bool qr_make(struct qr *out, const char *link)
{
	QRcode *code;

	if (!is_https(link) || strlen(link) > QR_TEXT_MAX || !(code = QRcode_encodeString8bit(link, 0, QR_ECLEVEL_M)))
		return false;
	out->side = code->width;
	for (int i = 0; i < code->width * code->width; i++)
		out->dark[i] = code->data[i] & 1;
	QRcode_free(code);
	return true;
}

bool qr_dark(const struct qr *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->side && y < q->side && q->dark[y * q->side + x];
}

void qr_lines(struct buf *out, const struct qr *q, bool dark)
{
	static const char *const blocks[] = { " ", "▀", "▄", "█" };

	for (int y = -QR_QUIET; y < q->side + QR_QUIET; y += 2) {
		for (int x = -QR_QUIET; x < q->side + QR_QUIET; x++)
			buf_adds(out, blocks[(qr_dark(q, x, y) == dark) + 2 * (qr_dark(q, x, y + 1) == dark)]);
		buf_addc(out, '\n');
	}
}
