/** The CSI services: messages in, messages out, and the checks that need only the message. */
@NullMarked
package io.mooring.controller.csi;

import org.jspecify.annotations.NullMarked;
