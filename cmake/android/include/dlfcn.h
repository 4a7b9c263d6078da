/* Debian's header with the constants of Android's C library, where 32-bit systems have their own. */
#include_next <dlfcn.h>

#undef RTLD_NOW
#undef RTLD_GLOBAL
#if defined(__LP64__)
#define RTLD_NOW 2
#define RTLD_GLOBAL 0x100
#else
#define RTLD_NOW 0
#define RTLD_GLOBAL 2
#endif
