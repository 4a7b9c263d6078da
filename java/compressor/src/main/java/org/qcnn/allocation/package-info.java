/** Chooses for every layer how it is stored, for a goal of size, accuracy or time. */
package org.qcnn.allocation;
