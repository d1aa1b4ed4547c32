/* SPDX-License-Identifier: BSD-2-Clause */
/* A libpcsclite for the interposer's test: it answers what the test can foresee. */
#include <string.h>

#include <winscard.h>

LONG SCardEstablishContext(DWORD scope, LPCVOID r1, LPCVOID r2, LPSCARDCONTEXT context)
{
	(void)scope, (void)r1, (void)r2;
	*context = 11;
	return SCARD_S_SUCCESS;
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
		  LPSCARDHANDLE card, LPDWORD protocol)
{
	(void)share;
	if (context != 11 || strcmp(reader, "reader") != 0)
		return SCARD_E_UNKNOWN_READER;
	*card = 22;
	*protocol = protocols & SCARD_PROTOCOL_T1;
	return SCARD_S_SUCCESS;
}

LONG SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD what, LPDWORD protocol)
{
	(void)card, (void)share, (void)what;
	*protocol = protocols;
	return SCARD_S_SUCCESS;
}

LONG SCardBeginTransaction(SCARDHANDLE card)
{
	return card == 22 ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

LONG SCardEndTransaction(SCARDHANDLE card, DWORD what)
{
	(void)what;
	return card == 22 ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD n)
{
	(void)context, (void)timeout, (void)states, (void)n;
	return SCARD_E_TIMEOUT;
}

/* As many bytes as P2 says, and 9000; nothing where P2 is FF. */
LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE command, DWORD len,
		   SCARD_IO_REQUEST *receive_pci, LPBYTE response, LPDWORD got)
{
	(void)receive_pci;
	if (card != 22 || send_pci->dwProtocol != SCARD_PROTOCOL_T1 || len < 4)
		return SCARD_E_INVALID_PARAMETER;
	if (command[3] == 0xFF || *got < command[3] + 2U)
		return SCARD_E_NOT_TRANSACTED;
	memset(response, 0xAB, command[3]);
	response[command[3]] = 0x90;
	response[command[3] + 1] = 0x00;
	*got = command[3] + 2U;
	return SCARD_S_SUCCESS;
}
