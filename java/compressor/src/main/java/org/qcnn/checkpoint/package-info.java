/** What a long computation has finished, kept on disk so that it can go on after a crash. */
package org.qcnn.checkpoint;
