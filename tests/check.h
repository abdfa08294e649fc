/* cmocka with what it needs before it, and out of the way of our own fail(). Include this instead of cmocka.h. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef fail
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))
/* A sanitizer has an allocator of its own, reserves address space that cannot be read, and lets every mlock succeed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer))
#else
#define SANITIZED 0
#endif

/* The call must succeed; its message is shown when it does not. err is a struct err. */
#define assert_ok(call, err) ((call) == E_OK ? (void)0 : fail_msg("%s: %s %s", #call, code_name((err).code), (err).msg))

#endif
