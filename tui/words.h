/* The language of the screen and of messages: English in the source, Chinese from build/locale (tui/po/zh_CN.po).
 *
 * Constant tables mark their words with N_("…"); _("…") translates at the draw. Text is UTF-8 whatever the locale says,
 * and numbers keep the C format: only LC_CTYPE and LC_MESSAGES are set. */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

#include <stdbool.h>

#define _(text) words_get(text)

/* Call first in main(), before any thread. lang: "en", "zh_CN", or NULL for what PAYDESK_LANG or the locale's
 * environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG) asks for. Works where no Chinese locale was generated. */
void words_open(const char *lang);
const char *words_lang(void);           /* "en" or "zh_CN" */
/* The locale names a charset that is neither UTF-8 nor plain ASCII: the terminal cannot show our text. */
bool words_foreign_charset(void);
/* The text in the language; itself when there is none. "" stays "". Constant, owned by the catalogue. */
const char *words_get(const char *text) __attribute__((format_arg(1)));

#endif
