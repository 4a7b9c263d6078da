/** Looks at calibration images before hours are spent on them: do they suit the network? */
package org.qcnn.hygiene;
