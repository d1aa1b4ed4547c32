dist_man_MANS += %D%/mohr.conf.5
