package io.mooring.controller;

import io.mooring.runtime.arch.HouseRules;
import org.junit.jupiter.api.Test;

class ControllerArchitectureTest {
  @Test
  void flowsAndTargetsKnowNoGrpc() {
    HouseRules.of("io.mooring.controller")
        .grpcOnlyIn("io.mooring.controller.csi", "io.mooring.controller.target.rpc")
        .check();
  }
}
