/** Well-known networks with their published shapes and random weights, to measure and test with. */
package org.qcnn.zoo;
