/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module under test, loaded as an application does, in every interface version and locking mode, with
 * the card behind a socket; or behind a pcscd, in two modes (tests/pkcs11/pcscd.sh).
 * Tests get a struct fixture as their state, initialised, with one national card inserted.
 */
#ifndef TESTS_PKCS11_FIXTURE_H
#define TESTS_PKCS11_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pkcs11/pkcs11_params.h"
#include "tests/pkcs11/card_process.h"

enum locking_mode { LOCKING_NONE, LOCKING_OS, LOCKING_APPLICATION, N_LOCKING_MODES };

enum { SLOT_AUTH = 0, SLOT_SIGN = 1 };

#define LABEL_AUTH "Iran ID (authentication)"
#define LABEL_SIGN "Iran ID (signature)"

struct fixture {
	CK_FUNCTION_LIST_3_2 *f; /* only what version has may be called through it */
	CK_VERSION version;
	enum locking_mode locking;
	struct card_process *card;
	bool restore; /* the test has used up tries: the next one gets the card as it was made */
};

struct suite_test {
	const char *name;
	void (*run)(void **state);
	bool once;        /* does not depend on version and locking mode */
	bool socket_only; /* needs what only the socket's way has */
};

#define TEST(function)                                                                             \
	{                                                                                          \
		.name = #function, .run = function                                                 \
	}
#define TEST_ONCE(function)                                                                        \
	{                                                                                          \
		.name = #function, .run = function, .once = true                                   \
	}
/* Several cards at once, or a card that is served in a special way: there is one reader behind pcscd. */
#define TEST_SOCKET(function)                                                                      \
	{                                                                                          \
		.name = #function, .run = function, .socket_only = true                            \
	}
#define TEST_SOCKET_ONCE(function)                                                                 \
	{                                                                                          \
		.name = #function, .run = function, .once = true, .socket_only = true              \
	}

/* Runs all tests in all modes on a card that is made with these options; main's result. */
int suite_run(const char *name, const struct suite_test *tests, size_t n,
	      const char *const *card_options);

/* C_Initialize in the fixture's locking mode, and its end. */
CK_RV fixture_initialize(struct fixture *fx);
/* How often the application's mutexes were locked since fixture_initialize. */
unsigned long fixture_mutex_locks(void);
/* Writes mohr.conf anew, with more lines; the next C_Initialize reads it. */
void fixture_configure(struct fixture *fx, const char *more);
/* A new C_Initialize that records ([log] trace), its commands counted from 0. */
void fixture_record(struct fixture *fx);
/* The commands so far whose hexadecimal holds this text ("": all of them). */
unsigned fixture_commands(const struct fixture *fx, const char *text);
/* Pulls the card, or puts it in, as it was made if restore is set. */
void fixture_remove(struct fixture *fx);
void fixture_insert(struct fixture *fx, bool restore);
/* A function of the module by name, from dlsym. */
void *fixture_symbol(const char *name);

/* A read-write session, after the token's label was compared. */
CK_SESSION_HANDLE session_on(struct fixture *fx, CK_SLOT_ID slot);
/* C_Login with this slot's PIN, after the token's label was compared. */
void login_on(struct fixture *fx, CK_SESSION_HANDLE session, CK_SLOT_ID slot);
CK_RV login_with(struct fixture *fx, CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin);
void assert_label(struct fixture *fx, CK_SLOT_ID slot);

/* The one object of this class; CK_INVALID_HANDLE if there is none. */
CK_OBJECT_HANDLE find_one(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class_id);
size_t find_all(struct fixture *fx, CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG n,
		CK_OBJECT_HANDLE *ret, size_t max);
/* The attribute's bytes; fails the test if it cannot be read. */
size_t attribute_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		    CK_ATTRIBUTE_TYPE type, void *ret, size_t cap);
CK_ULONG ulong_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		  CK_ATTRIBUTE_TYPE type);
CK_BBOOL bool_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		 CK_ATTRIBUTE_TYPE type);

/* Fails with both values in hexadecimal. */
#define assert_rv(actual, expected) assert_rv_at((actual), (expected), __FILE__, __LINE__)
void assert_rv_at(CK_RV actual, CK_RV expected, const char *file, int line);

/* libcrypto's opinion of a signature, with the certificate of the slot. */
struct signature_check {
	const char *digest; /* "SHA256"; NULL: data is signed as it is */
	bool pss;
	int salt_len;
	bool ecdsa; /* signature is r || s */
};
bool certificate_verifies(struct fixture *fx, CK_SESSION_HANDLE session,
			  const struct signature_check *how, const void *data, size_t len,
			  const void *signature, size_t signature_len);

#endif
