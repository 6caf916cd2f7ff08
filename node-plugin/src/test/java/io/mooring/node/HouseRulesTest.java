package io.mooring.node;

import io.mooring.runtime.arch.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
  @Test
  void importsGoDownAndGrpcStaysInItsAdapter() {
    HouseRules.of("io.mooring.node")
        .grpcOnlyIn("io.mooring.node.csi", "io.mooring.node.link")
        .check();
  }
}
