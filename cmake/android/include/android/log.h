/* The part of Android's log that JavaCPP's glue calls. */
#ifndef QCNN_ANDROID_LOG_H
#define QCNN_ANDROID_LOG_H

#include <stdarg.h>

#define ANDROID_LOG_ERROR 6

#ifdef __cplusplus
extern "C"
#endif
    int
    __android_log_vprint(int priority, const char* tag, const char* format, va_list arguments);

#endif
