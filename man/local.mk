dist_man_MANS += %D%/mohr-pkcs11.7
dist_man_MANS += %D%/mohr-vcard.1
dist_man_MANS += %D%/mohr.conf.5
