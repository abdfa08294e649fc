#include "tui/picture/confine.h"

#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/mem.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

static bool limit(int what, rlim_t most)
{
	const struct rlimit both = { most, most };

	return !setrlimit((__rlimit_resource_t)what, &both);
}

/* A sanitizer reserves terabytes of addresses, and wants to say what it found. */
static bool set_limits(void)
{
	return limit(RLIMIT_CPU, CONFINE_CPU_S) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) &&
	       (SANITIZED || limit(RLIMIT_AS, (rlim_t)CONFINE_MEMORY_MIB << 20));
}

static bool allow(scmp_filter_ctx ctx)
{
	static const int calls[] = { SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
				     SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group) };
	static const int reports[] = { SCMP_SYS(write), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
				       SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(clock_gettime) };
	bool ok = !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, STDIN_FILENO, 0)) &&
		  !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (!SANITIZED)
		ok = ok && !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO, 0));
	for (size_t i = 0; ok && i < COUNT(calls); i++)
		ok = !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	for (size_t i = 0; ok && SANITIZED && i < COUNT(reports); i++)
		ok = !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, reports[i], 0);
	return ok;
}

bool confine(void)
{
	scmp_filter_ctx ctx;
	bool ok;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !set_limits())
		return false;
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx)
		return false;
	ok = allow(ctx) && !seccomp_load(ctx);
	seccomp_release(ctx);
	return ok;
}
