package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A program that a Go module can build.
 *
 * @param name of the file
 * @param packagePath what {@code go build} is told
 * @param variables set by the linker, as {@code package.name=value}
 */
public record GoProgram(String name, String packagePath, List<String> variables) {
  public GoProgram {
    requireNonNull(name, "name is null");
    requireNonNull(packagePath, "packagePath is null");
    variables = List.copyOf(variables);
  }

  /** Without variables. */
  public static GoProgram of(String name, String packagePath) {
    return new GoProgram(name, packagePath, List.of());
  }

  /** For the linker: no debugging tables, the variables. */
  String linkerFlags() {
    StringBuilder flags = new StringBuilder("-s -w");
    variables.forEach(variable -> flags.append(" -X ").append(variable));
    return flags.toString();
  }
}
