package io.mooring.runtime.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/**
 * What holds for the bytecode of every module: no cycles between packages; gRPC and standard output
 * only where named; child processes only through {@code runtime.host}; the processes do not import
 * each other.
 *
 * <pre>{@code
 * HouseRules.of("io.mooring.agent").grpcOnlyIn("io.mooring.agent").check();
 * }</pre>
 */
public final class HouseRules {
  private static final List<String> PROCESSES =
      List.of("io.mooring.agent", "io.mooring.controller", "io.mooring.node");

  private final String root;
  private final List<String> grpc;
  private final List<String> printing;

  private HouseRules(String root, List<String> grpc, List<String> printing) {
    this.root = root;
    this.grpc = grpc;
    this.printing = printing;
  }

  /** Rules for the classes of that package and those below it, tests and generated code apart. */
  public static HouseRules of(String rootPackage) {
    return new HouseRules(rootPackage, List.of(), List.of());
  }

  /** The packages (each alone, not those below it) that may use io.grpc. */
  public HouseRules grpcOnlyIn(String... packages) {
    return new HouseRules(root, List.of(packages), printing);
  }

  /** The packages (each alone, not those below it) that may use standard output and error. */
  public HouseRules printingOnlyIn(String... packages) {
    return new HouseRules(root, grpc, List.of(packages));
  }

  /** Fails with every violation. */
  public void check() {
    ImportOption noGeneratedCode = location -> !location.contains("/v1/");
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(new ImportOption.DoNotIncludeJars())
            .withImportOption(noGeneratedCode)
            .importPackages(root);
    if (classes.isEmpty()) {
      throw new AssertionError("no classes in " + root);
    }
    slices()
        .matching(root + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackages(grpc.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.grpc..")
        .allowEmptyShould(true)
        .check(classes);
    checkPrinting(classes);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.mooring.runtime.host")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(ProcessBuilder.class.getName())
        .allowEmptyShould(true)
        .check(classes);
    checkProcessesApart(classes);
  }

  private void checkPrinting(JavaClasses classes) {
    for (String stream : List.of("out", "err")) {
      noClasses()
          .that()
          .resideOutsideOfPackages(printing.toArray(String[]::new))
          .should()
          .accessField(System.class, stream)
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  private void checkProcessesApart(JavaClasses classes) {
    String[] others =
        PROCESSES.stream()
            .filter(process -> !process.equals(root))
            .map(process -> process + "..")
            .toArray(String[]::new);
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(others).and(not(resideInAPackage("io.mooring.agent.v1"))))
        .allowEmptyShould(true)
        .check(classes);
  }
}
