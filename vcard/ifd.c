/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libifd-mohr.so: makes the virtual card's socket a reader of a real pcscd (IFD handler API 3.0,
 * ifdhandler.h). These are the entry points; DEVICENAME is described in ifd_options.h. pcscd loads the
 * driver once per reader, several times or once for all, as it likes: readers stand in one table.
 */
#include <ifdhandler.h>
#include <pthread.h>
#include <reader.h>
#include <stdio.h>
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/ifd_pinpad.h"
#include "vcard/ifd_reader.h"

#define EXPORT __attribute__((visibility("default")))

/* pcscd's own log; absent where a test loads the driver by itself. */
__attribute__((weak, format(printf, 2, 3))) void log_msg(const int priority, const char *fmt, ...);
enum { PCSCD_LOG_ERROR = 2 };

/* Control codes of the PIN pad, told through CM_IOCTL_GET_FEATURE_REQUEST (PC/SC part 10 §2.2). */
static uint32_t feature_code(uint8_t feature)
{
	return (uint32_t)SCARD_CTL_CODE(0x800 + feature);
}

struct row {
	struct ifd_reader *reader; /* NULL: free */
	DWORD lun;
	unsigned users; /* calls that run on it */
};

static struct row table[LIMIT_N_READERS];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t table_changed = PTHREAD_COND_INITIALIZER;

static struct row *find(DWORD lun)
{
	for (size_t i = 0; i < LIMIT_N_READERS; i++) {
		if (table[i].reader != NULL && table[i].lun == lun)
			return &table[i];
	}
	return NULL;
}

/* The reader, kept from being closed until leave. */
static struct row *enter(DWORD lun)
{
	struct row *row;

	(void)pthread_mutex_lock(&table_lock);
	row = find(lun);
	if (row != NULL)
		row->users++;
	(void)pthread_mutex_unlock(&table_lock);
	return row;
}

static void leave(struct row *row)
{
	(void)pthread_mutex_lock(&table_lock);
	row->users--;
	(void)pthread_cond_broadcast(&table_changed);
	(void)pthread_mutex_unlock(&table_lock);
}

/* MOHR_ERR_* as pcscd wants to hear it. */
static RESPONSECODE response_code(int err)
{
	switch (err) {
	case 0:
		return IFD_SUCCESS;
	case MOHR_ERR_CARD_ABSENT:
	case MOHR_ERR_CARD_REMOVED:
		return IFD_ICC_NOT_PRESENT;
	case MOHR_ERR_CARD_MUTE:
		return IFD_RESPONSE_TIMEOUT;
	case MOHR_ERR_BUFFER_TOO_SMALL:
		return IFD_ERROR_INSUFFICIENT_BUFFER;
	default:
		return IFD_COMMUNICATION_ERROR;
	}
}

/* Takes ownership of reader. */
static int add_reader(DWORD lun, struct ifd_reader *reader)
{
	int r = MOHR_ERR_LIMIT;

	(void)pthread_mutex_lock(&table_lock);
	if (find(lun) == NULL) {
		for (size_t i = 0; i < LIMIT_N_READERS && r != 0; i++) {
			if (table[i].reader == NULL) {
				table[i] = (struct row){.reader = reader, .lun = lun};
				r = 0;
			}
		}
	}
	(void)pthread_mutex_unlock(&table_lock);
	if (r != 0)
		ifd_reader_free(reader);
	return r;
}

EXPORT RESPONSECODE IFDHCreateChannelByName(DWORD Lun, LPSTR DeviceName)
{
	struct ifd_options options;
	struct ifd_reader *reader;
	int r;

	if ((r = ifd_options_parse(DeviceName, &options)) == 0 &&
	    (r = ifd_reader_new(&options, &reader)) == 0)
		r = add_reader(Lun, reader);
	if (r != 0 && log_msg != NULL)
		log_msg(PCSCD_LOG_ERROR, "mohr: DEVICENAME \"%s\": %s",
			DeviceName != NULL ? DeviceName : "", error_text(r));
	return r == 0 ? IFD_SUCCESS : IFD_NO_SUCH_DEVICE;
}

EXPORT RESPONSECODE IFDHCreateChannel(DWORD Lun, DWORD Channel)
{
	(void)Lun;
	(void)Channel;
	return IFD_NO_SUCH_DEVICE; /* a reader without a name has no socket */
}

EXPORT RESPONSECODE IFDHCloseChannel(DWORD Lun)
{
	struct ifd_reader *reader = NULL;
	struct row *row;

	(void)pthread_mutex_lock(&table_lock);
	row = find(Lun);
	if (row != NULL) {
		reader = row->reader;
		while (row->users > 0) {
			ifd_reader_interrupt(reader);
			(void)pthread_cond_wait(&table_changed, &table_lock);
		}
		if (row->reader == reader)
			row->reader = NULL;
		else
			reader = NULL; /* closed by another thread meanwhile */
	}
	(void)pthread_mutex_unlock(&table_lock);
	ifd_reader_free(reader);
	return row != NULL ? IFD_SUCCESS : IFD_NO_SUCH_DEVICE;
}

static RESPONSECODE wait_event(DWORD lun, int timeout_ms)
{
	struct row *row = enter(lun);

	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	ifd_reader_wait(row->reader, timeout_ms);
	leave(row);
	return IFD_SUCCESS;
}

static RESPONSECODE stop_waiting(DWORD lun)
{
	struct row *row = enter(lun);

	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	ifd_reader_interrupt(row->reader);
	leave(row);
	return IFD_SUCCESS;
}

/* Copies an answer of len bytes into a caller's buffer, whose size *size becomes the length. */
static RESPONSECODE give(const void *data, size_t len, PDWORD size, PUCHAR out)
{
	if (out == NULL || size == NULL || *size < len)
		return IFD_ERROR_INSUFFICIENT_BUFFER;
	memcpy(out, data, len);
	*size = len;
	return IFD_SUCCESS;
}

static RESPONSECODE give_u8(uint8_t v, PDWORD size, PUCHAR out)
{
	return give(&v, sizeof(v), size, out);
}

/* What holds for the driver, whichever reader it is. */
static RESPONSECODE driver_capability(DWORD tag, PDWORD size, PUCHAR out)
{
	static const char vendor[] = "Mohr", type[] = "Mohr virtual card reader";
	static RESPONSECODE (*const wait_function)(DWORD, int) = wait_event;
	static RESPONSECODE (*const stop_function)(DWORD) = stop_waiting;
	const uint32_t version = 0x00010000, max_input = LIMIT_APDU;

	switch (tag) {
	case TAG_IFD_SIMULTANEOUS_ACCESS:
		return give_u8(LIMIT_N_READERS, size, out);
	case TAG_IFD_THREAD_SAFE:
	case TAG_IFD_SLOT_THREAD_SAFE:
	case TAG_IFD_SLOTS_NUMBER:
		return give_u8(1, size, out);
	case TAG_IFD_POLLING_THREAD_KILLABLE:
		return give_u8(0, size, out);
	case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT:
		return give(&wait_function, sizeof(wait_function), size, out);
	case TAG_IFD_STOP_POLLING_THREAD:
		return give(&stop_function, sizeof(stop_function), size, out);
	case SCARD_ATTR_VENDOR_NAME:
		return give(vendor, sizeof(vendor), size, out);
	case SCARD_ATTR_VENDOR_IFD_TYPE:
		return give(type, sizeof(type), size, out);
	case SCARD_ATTR_VENDOR_IFD_VERSION:
		return give(&version, sizeof(version), size, out);
	case SCARD_ATTR_MAXINPUT:
		return give(&max_input, sizeof(max_input), size, out);
	default:
		return IFD_ERROR_TAG;
	}
}

EXPORT RESPONSECODE IFDHGetCapabilities(DWORD Lun, DWORD Tag, PDWORD Length, PUCHAR Value)
{
	uint8_t atr[LIMIT_ATR];
	struct row *row;
	size_t len;

	switch (Tag) {
	case TAG_IFD_ATR:
	case SCARD_ATTR_ATR_STRING:
	case SCARD_ATTR_ICC_INTERFACE_STATUS:
		row = enter(Lun);
		if (row == NULL)
			return IFD_NO_SUCH_DEVICE;
		len = ifd_reader_atr(row->reader, atr);
		leave(row);
		return Tag == SCARD_ATTR_ICC_INTERFACE_STATUS
			       ? give_u8(len > 0 ? 1 : 0, Length, Value)
			       : give(atr, len, Length, Value);
	case SCARD_ATTR_ICC_PRESENCE: /* 0 absent, 2 present (PC/SC part 3 §3.1.1) */
		return give_u8(IFDHICCPresence(Lun) == IFD_ICC_PRESENT ? 2 : 0, Length, Value);
	default:
		return driver_capability(Tag, Length, Value);
	}
}

EXPORT RESPONSECODE IFDHSetCapabilities(DWORD Lun, DWORD Tag, DWORD Length, PUCHAR Value)
{
	(void)Lun;
	(void)Tag;
	(void)Length;
	(void)Value;
	return IFD_ERROR_TAG;
}

EXPORT RESPONSECODE IFDHSetProtocolParameters(DWORD Lun, DWORD Protocol, UCHAR Flags, UCHAR PTS1,
					      UCHAR PTS2, UCHAR PTS3)
{
	uint8_t atr[LIMIT_ATR];
	struct row *row = enter(Lun);
	struct atr_info info;
	size_t len;

	(void)Flags;
	(void)PTS1;
	(void)PTS2;
	(void)PTS3;
	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	len = ifd_reader_atr(row->reader, atr);
	leave(row);
	if (len == 0)
		return IFD_ICC_NOT_PRESENT;
	if (atr_decode(atr, len, &info) != 0)
		return IFD_COMMUNICATION_ERROR;
	if ((Protocol == SCARD_PROTOCOL_T0 && info.t0) ||
	    (Protocol == SCARD_PROTOCOL_T1 && info.t1))
		return IFD_SUCCESS;
	return IFD_PROTOCOL_NOT_SUPPORTED;
}

EXPORT RESPONSECODE IFDHPowerICC(DWORD Lun, DWORD Action, PUCHAR Atr, PDWORD AtrLength)
{
	uint8_t atr[LIMIT_ATR];
	struct row *row = enter(Lun);
	size_t len;
	int r = 0;

	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	if (Action == IFD_POWER_DOWN)
		ifd_reader_power_down(row->reader);
	else if (Action == IFD_POWER_UP || Action == IFD_RESET)
		r = ifd_reader_power_up(row->reader);
	else
		r = MOHR_ERR_NOT_SUPPORTED;
	len = ifd_reader_atr(row->reader, atr);
	leave(row);
	if (Atr != NULL && AtrLength != NULL) {
		memset(Atr, 0, MAX_ATR_SIZE);
		memcpy(Atr, atr, len);
		*AtrLength = len;
	}
	if (r == MOHR_ERR_NOT_SUPPORTED)
		return IFD_NOT_SUPPORTED;
	return r == 0 ? IFD_SUCCESS : IFD_ERROR_POWER_ACTION;
}

EXPORT RESPONSECODE IFDHTransmitToICC(DWORD Lun, SCARD_IO_HEADER SendPci, PUCHAR TxBuffer,
				      DWORD TxLength, PUCHAR RxBuffer, PDWORD RxLength,
				      PSCARD_IO_HEADER RecvPci)
{
	struct buf answer = BUF_INIT(LIMIT_FRAME);
	struct row *row = enter(Lun);
	RESPONSECODE rc;

	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	rc = response_code(ifd_reader_transmit(row->reader, TxBuffer, TxLength, &answer));
	leave(row);
	if (rc == IFD_SUCCESS)
		rc = give(answer.data, answer.len, RxLength, RxBuffer);
	if (rc != IFD_SUCCESS && RxLength != NULL)
		*RxLength = 0;
	if (RecvPci != NULL)
		RecvPci->Protocol = SendPci.Protocol;
	buf_clear(&answer);
	return rc;
}

/* PCSC_TLV_STRUCTURE for each feature that the reader has. */
static void put_features(bool pinpad, struct buf *out)
{
	static const struct {
		uint8_t feature;
		bool pinpad;
	} features[] = {
		{FEATURE_VERIFY_PIN_DIRECT, true},
		{FEATURE_MODIFY_PIN_DIRECT, true},
		{FEATURE_IFD_PIN_PROPERTIES, true},
		{FEATURE_GET_TLV_PROPERTIES, false},
	};

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (features[i].pinpad && !pinpad)
			continue;
		buf_put_u8(out, features[i].feature);
		buf_put_u8(out, 4);
		buf_put_be32(out, feature_code(features[i].feature));
	}
}

/* PC/SC part 10 §2.6.14; numbers are little-endian. */
static void put_properties(struct buf *out)
{
	static const uint8_t properties[] = {
		PCSCv2_PART10_PROPERTY_wLcdLayout,
		2,
		0,
		0,
		PCSCv2_PART10_PROPERTY_bEntryValidationCondition,
		1,
		2, /* the validation key */
		PCSCv2_PART10_PROPERTY_bTimeOut2,
		1,
		0,
		PCSCv2_PART10_PROPERTY_bMinPINSize,
		1,
		1,
		PCSCv2_PART10_PROPERTY_bMaxPINSize,
		1,
		LIMIT_PIN,
		PCSCv2_PART10_PROPERTY_bPPDUSupport,
		1,
		0,
		PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize,
		4,
		0xff,
		0xff,
		0,
		0,
	};

	buf_put(out, properties, sizeof(properties));
}

static bool is_lost(void *user)
{
	return ifd_reader_lost(user);
}

/* PIN entry: the pad's own status word, or the card's answer to the command it made. */
static int enter_pin(struct ifd_reader *reader, bool modify, const uint8_t *structure, size_t len,
		     struct buf *out)
{
	struct buf command = BUF_INIT(LIMIT_APDU);
	const struct ifd_pinpad_watch watch = {.is_over = is_lost, .user = reader};
	uint16_t sw = ifd_pinpad_command(ifd_reader_options(reader)->pin, modify, structure, len,
					 &watch, &command);
	int r = 0;

	if (ifd_reader_lost(reader))
		r = MOHR_ERR_CARD_REMOVED;
	else if (sw == PINPAD_OK)
		r = ifd_reader_transmit(reader, command.data, command.len, out);
	else
		buf_put_be16(out, sw);
	buf_clear(&command);
	return r;
}

static RESPONSECODE control(struct ifd_reader *reader, DWORD code, const uint8_t *data, size_t len,
			    struct buf *out)
{
	static const uint8_t pin_properties[] = {0, 0, 2, 0}; /* PIN_PROPERTIES_STRUCTURE */
	bool pinpad = ifd_reader_options(reader)->pin[0] != '\0';

	if (code == CM_IOCTL_GET_FEATURE_REQUEST)
		put_features(pinpad, out);
	else if (code == feature_code(FEATURE_GET_TLV_PROPERTIES))
		put_properties(out);
	else if (pinpad && code == feature_code(FEATURE_IFD_PIN_PROPERTIES))
		buf_put(out, pin_properties, sizeof(pin_properties));
	else if (pinpad && code == feature_code(FEATURE_VERIFY_PIN_DIRECT))
		return response_code(enter_pin(reader, false, data, len, out));
	else if (pinpad && code == feature_code(FEATURE_MODIFY_PIN_DIRECT))
		return response_code(enter_pin(reader, true, data, len, out));
	else
		return IFD_ERROR_NOT_SUPPORTED;
	return IFD_SUCCESS;
}

EXPORT RESPONSECODE IFDHControl(DWORD Lun, DWORD dwControlCode, PUCHAR TxBuffer, DWORD TxLength,
				PUCHAR RxBuffer, DWORD RxLength, LPDWORD pdwBytesReturned)
{
	struct buf answer = BUF_INIT(LIMIT_FRAME);
	struct row *row = enter(Lun);
	DWORD size = RxLength;
	RESPONSECODE rc;

	if (pdwBytesReturned != NULL)
		*pdwBytesReturned = 0;
	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	rc = control(row->reader, dwControlCode, TxBuffer, TxBuffer != NULL ? TxLength : 0,
		     &answer);
	leave(row);
	if (rc == IFD_SUCCESS)
		rc = give(answer.data, answer.len, &size, RxBuffer);
	if (rc == IFD_SUCCESS && pdwBytesReturned != NULL)
		*pdwBytesReturned = size;
	buf_clear(&answer);
	return rc;
}

EXPORT RESPONSECODE IFDHICCPresence(DWORD Lun)
{
	struct row *row = enter(Lun);
	bool present;

	if (row == NULL)
		return IFD_NO_SUCH_DEVICE;
	present = ifd_reader_present(row->reader);
	leave(row);
	return present ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}
