package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the lab. The first test that asks starts it, all tests of the JVM share it, and it
 * ends with the last of them. After a failed test the state of all VMs is collected.
 */
public final class LabExtension implements ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

  /** The shared lab; the first call starts it. */
  public static Lab lab(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Started.class, key -> Started.now(), Started.class)
        .lab();
  }

  /** The shared lab if a test has asked for it. */
  private static @Nullable Lab labIfStarted(ExtensionContext context) {
    @Nullable Started started =
        context.getRoot().getStore(NAMESPACE).get(Started.class, Started.class);
    return started == null ? null : started.lab;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return lab(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    @Nullable Lab lab = labIfStarted(context);
    if (lab == null || context.getExecutionException().isEmpty()) {
      return;
    }
    String test = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
    new Diagnosis(lab).collect(test);
  }

  /**
   * The outcome of the one attempt to start: a lab that does not start fails every test at once.
   */
  private static final class Started implements AutoCloseable {
    private final @Nullable Lab lab;
    private final @Nullable Failure failure;

    private Started(@Nullable Lab lab, @Nullable Failure failure) {
      this.lab = lab;
      this.failure = failure;
    }

    static Started now() {
      try {
        return new Started(Lab.start(LabSettings.fromSystem(), Progress.toStandardOutput()), null);
      } catch (Failure e) {
        return new Started(null, e);
      }
    }

    Lab lab() {
      if (failure != null) {
        throw new Failure(failure.kind(), failure.sentence(), failure);
      }
      return requireNonNull(lab);
    }

    @Override
    public void close() {
      if (lab != null) {
        lab.close();
      }
    }
  }
}
