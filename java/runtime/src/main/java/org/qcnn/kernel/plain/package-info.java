/** Every operator in plain Java, written to be read; reached through {@code JavaKernels}. */
package org.qcnn.kernel.plain;
