package io.mooring.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mooring.runtime.arch.HouseRules;
import org.junit.jupiter.api.Test;

class ControllerArchitectureTest {
  @Test
  void flowsAndTargetsKnowNoGrpc() {
    HouseRules.of("io.mooring.controller")
        .grpcOnlyIn(
            "io.mooring.controller.csi",
            "io.mooring.controller.link",
            "io.mooring.controller.target.rpc")
        .check();
  }

  @Test
  void onlyTheKubernetesFloorKnowsItsClient() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.mooring.controller.kube")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", "tools.jackson..", "com.fasterxml..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new ImportOption.DoNotIncludeJars())
                .importPackages("io.mooring.controller"));
  }

  @Test
  void flowsAndTargetsKnowNoKubernetes() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.mooring.controller.volume..",
            "io.mooring.controller.target..",
            "io.mooring.controller.node..",
            "io.mooring.controller.path..",
            "io.mooring.controller.link..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.mooring.controller.kube..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new ImportOption.DoNotIncludeJars())
                .importPackages("io.mooring.controller"));
  }
}
