package io.mooring.runtime.arch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HouseRulesTest {
  private static HouseRules runtime() {
    return HouseRules.of("io.mooring.runtime")
        .grpcOnlyIn("io.mooring.runtime.rpc")
        .printingOnlyIn("io.mooring.runtime.process", "io.mooring.runtime.log");
  }

  @Test
  void theRuntimeKeepsTheHouseRules() {
    runtime().check();
  }

  @Test
  void grpcOutsideOfItsPackagesIsFound() {
    assertThatThrownBy(() -> runtime().grpcOnlyIn("io.mooring.runtime.config").check())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("io.grpc")
        .hasMessageContaining("RpcServer");
  }

  @Test
  void printingOutsideOfItsPackagesIsFound() {
    assertThatThrownBy(() -> runtime().printingOnlyIn("io.mooring.runtime.log").check())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("java.lang.System.out");
  }

  @Test
  void aPackageWithoutClassesIsAMistake() {
    assertThatThrownBy(() -> HouseRules.of("io.mooring.nowhere").check())
        .hasMessageContaining("no classes in io.mooring.nowhere");
  }
}
