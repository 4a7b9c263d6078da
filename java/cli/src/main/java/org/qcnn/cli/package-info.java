/** The {@code qcnn} command. Only this package prints, and only {@link org.qcnn.cli.Main} exits. */
package org.qcnn.cli;
