/** Everything that knows gRPC: servers, channels, TLS, statuses, the log line of a call. */
@NullMarked
package io.mooring.runtime.rpc;

import org.jspecify.annotations.NullMarked;
