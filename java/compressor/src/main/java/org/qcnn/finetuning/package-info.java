/**
 * Teaches a quantized network to answer as the original does (distillation), by changing codebooks
 * and biases; assignments stay as they are.
 */
package org.qcnn.finetuning;
