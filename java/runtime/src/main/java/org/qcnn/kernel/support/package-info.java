/**
 * What the kernel sets share: checks of arguments, splitting into tasks, strides. Not for users.
 */
package org.qcnn.kernel.support;
