package io.mooring.agent;

import io.mooring.runtime.arch.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
  @Test
  void theModuleKeepsTheHouseRules() {
    HouseRules.of("io.mooring.agent").grpcOnlyIn("io.mooring.agent").check();
  }
}
