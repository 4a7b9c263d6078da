/* Debian's header with Android's numbers for sysconf; those that nobody here asks for are taken away. */
#include_next <unistd.h>

#ifndef QCNN_ANDROID_UNISTD_H
#define QCNN_ANDROID_UNISTD_H

#define _SC_NPROCESSORS_CONF 0x60
#define _SC_NPROCESSORS_ONLN 0x61
#pragma GCC poison _SC_PAGESIZE _SC_PAGE_SIZE _SC_PHYS_PAGES _SC_AVPHYS_PAGES _SC_CLK_TCK _SC_OPEN_MAX

#endif
