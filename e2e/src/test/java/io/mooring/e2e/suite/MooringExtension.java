package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.LabExtension;
import io.mooring.e2e.lab.tool.Progress;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests an installed Mooring; the first one that asks has it installed, all share it. */
final class MooringExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(MooringExtension.class);
  private static final Progress PROGRESS = Progress.toStandardOutput();

  private final LabExtension lab = new LabExtension();

  private static SuiteFixture fixture(ExtensionContext context) {
    Lab lab = LabExtension.lab(context);
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            SuiteFixture.class, key -> SuiteFixture.set(lab, PROGRESS), SuiteFixture.class);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Mooring.class || type == SuiteFixture.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SuiteFixture fixture = fixture(context);
    return parameter.getParameter().getType() == Mooring.class ? fixture.mooring() : fixture;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    PROGRESS.say(
        "%s: %s"
            .formatted(context.getRequiredTestClass().getSimpleName(), context.getDisplayName()));
    fixture(context).mooring().heal();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    context.getExecutionException().ifPresent(e -> PROGRESS.say("  FAILED: " + e.getMessage()));
    lab.afterEach(context);
  }
}
