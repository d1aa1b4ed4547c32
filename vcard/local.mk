include vcard/ifd.mk
