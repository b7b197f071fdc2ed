/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What ./dev mutate links into every program with mutations: which of them is on, which places a run
 * came by, and which tests of a Check program are run.
 *
 *     MUTANT=n              the mutation that is on (none: 0)
 *     MUTANTS_REACHED=FILE  where to note what was come by: a page for each test, and one ahead of them
 *     MUTANT_TESTS=,a,b,    run the tests of these names alone
 *     MUTANTS=n,n,n         run once for each, in a process of its own that begins here: far cheaper than a
 *                           program each. MUTANTS_SAID=FOLDER gets what they print, as n, and "n status"
 *                           lines in `status`; MUTANTS_SECONDS=n is the CPU that each may take
 *
 * The linker hands Check's own calls over (--wrap), so the tests need not know. The page is shared
 * memory: it is there too where a test forks, is killed, or locks itself into a sandbox.
 */
#include <check.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mutate-switch.h"

enum {
	NAME_SIZE = 4088 /* and so whole pages of memory */
};

/* One test of a program: "" is what runs ahead of the first. The same layout is read by ./dev mutate. */
typedef struct {
	char name[NAME_SIZE];
	double took; /* seconds of CPU */
	unsigned char notes[MUTANTS_MOST];
} Page;

int mutant_chosen;
static unsigned char nowhere[MUTANTS_MOST];
unsigned char *mutant_notes = nowhere;
static Page *page;
static int pages = -1;
static off_t used;
static double begun;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
turn_page(const char *name)
{
	if (page)
		page->took += now() - begun;
	begun = now();
	if (page && !strcmp(page->name, name))
		return; /* a loop */
	if (ftruncate(pages, (used + 1) * (off_t)sizeof *page))
		abort();
	if (page)
		munmap(page, sizeof *page);
	page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, pages,
		    used++ * (off_t)sizeof *page);
	if (page == MAP_FAILED)
		abort();
	snprintf(page->name, NAME_SIZE, "%s", name);
	mutant_notes = page->notes;
}

/* What is printed goes to a file of its own. */
static void
begin_one(int mutant, const char *folder)
{
	char text[4096];
	const char *seconds = getenv("MUTANTS_SECONDS");
	rlim_t most = seconds ? (rlim_t)atoi(seconds) : RLIM_INFINITY;
	int out;

	setrlimit(RLIMIT_CPU, &(struct rlimit){ most, most });
	snprintf(text, sizeof text, "%s/%d", folder, mutant);
	out = open(text, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (out < 0 || dup2(out, STDOUT_FILENO) < 0)
		abort();
	close(out);
	snprintf(text, sizeof text, "%d", mutant);
	setenv("MUTANT", text, 1);
	unsetenv("MUTANTS");
}

/* Returns in each child; the parent ends when all have ended. */
static void
begin_each(const char *mutants, const char *folder)
{
	char path[4096];
	int status, at;

	snprintf(path, sizeof path, "%s/status", folder);
	at = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	for (const char *n = mutants; n; n = strchr(n, ',') ? strchr(n, ',') + 1 : NULL) {
		pid_t child = fork();
		if (child == 0) {
			begin_one(atoi(n), folder);
			return;
		}
		if (child < 0 || waitpid(child, &status, 0) < 0)
			abort();
		dprintf(at, "%d %d\n", atoi(n),
			WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
	}
	_exit(0);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *mutants = getenv("MUTANTS"), *chosen, *path = getenv("MUTANTS_REACHED");

	if (mutants)
		begin_each(mutants, getenv("MUTANTS_SAID"));
	chosen = getenv("MUTANT");
	mutant_chosen = chosen ? atoi(chosen) : 0;
	if (!path)
		return;
	pages = open(path, O_RDWR | O_CLOEXEC);
	if (pages < 0)
		abort();
	turn_page("");
}

__attribute__((destructor)) static void
end(void)
{
	if (page)
		page->took += now() - begun;
}

static bool
wanted(const char *name)
{
	const char *names = getenv("MUTANT_TESTS");
	char quoted[NAME_SIZE];

	if (!names)
		return true;
	snprintf(quoted, sizeof quoted, ",%s,", name);
	return strstr(names, quoted);
}

/* Of Check; missing in programs that are no tests of it. */
extern __attribute__((weak)) void __real__tcase_add_test(TCase *, const TTest *, int, int, int,
							 int);
extern __attribute__((weak)) void __real_tcase_fn_start(const char *, const char *, int);
void __wrap__tcase_add_test(TCase *, const TTest *, int, int, int, int);
void __wrap_tcase_fn_start(const char *, const char *, int);

void
__wrap__tcase_add_test(TCase *to, const TTest *test, int sign, int status, int first, int last)
{
	if (wanted(test->name))
		__real__tcase_add_test(to, test, sign, status, first, last);
}

void
__wrap_tcase_fn_start(const char *name, const char *file, int line)
{
	if (pages >= 0)
		turn_page(name);
	__real_tcase_fn_start(name, file, line);
}
