/** What a CSI controller does with volumes: make, place, publish, list. Knows no gRPC. */
@NullMarked
package io.mooring.controller.volume;

import org.jspecify.annotations.NullMarked;
