package io.mooring.node.iscsi.login;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A Login Response (RFC 7143 section 11.13).
 *
 * @param transit whether the target moves on to {@code nextStage}
 * @param handle the TSIH: not zero once the session exists
 * @param status class and detail as in 0x0201; zero for success
 */
record LoginAnswer(
    boolean transit, int nextStage, int handle, int status, Map<String, String> keys) {
  LoginAnswer {
    keys = Map.copyOf(requireNonNull(keys, "keys is null"));
  }

  /** Whether that stage begins now. */
  boolean begins(int stage) {
    return transit && nextStage == stage;
  }
}
