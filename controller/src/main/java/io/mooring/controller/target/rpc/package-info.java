/** The agents' gRPC interface, called over mutual TLS. */
@NullMarked
package io.mooring.controller.target.rpc;

import org.jspecify.annotations.NullMarked;
