package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.Diagnosis;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests a cluster with Mooring on it; the first that asks starts it, all share it. */
final class KubeExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(KubeExtension.class);
  private static final Progress PROGRESS = Progress.toStandardOutput();

  private static KubeLab lab(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Started.class, key -> Started.now(), Started.class)
        .lab();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KubeLab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return lab(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    PROGRESS.say(
        "%s: %s"
            .formatted(context.getRequiredTestClass().getSimpleName(), context.getDisplayName()));
    lab(context).lab().heal();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isEmpty()) {
      return;
    }
    PROGRESS.say("  FAILED: " + context.getExecutionException().get().getMessage());
    KubeLab lab = lab(context);
    String test = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
    collect(lab, new Diagnosis(lab.lab()).collect(test));
  }

  private static void collect(KubeLab lab, Path home) {
    write(
        lab,
        home,
        "objects.txt",
        "get",
        "all,pvc,pv,volumeattachments,csinodes,leases",
        "-A",
        "-o=wide");
    write(
        lab,
        home,
        "mooring.txt",
        "get",
        "storagetargets,mooringvolumes,mooringattachments,mooringorphans",
        "-o=yaml");
    write(lab, home, "events.txt", "get", "events", "-A", "--sort-by=.lastTimestamp");
    for (String app : List.of("controller", "node")) {
      write(
          lab,
          home,
          app + ".log",
          "logs",
          "--namespace=" + MooringRelease.NAMESPACE,
          "--selector=app.kubernetes.io/component=" + app,
          "--all-containers",
          "--prefix",
          "--tail=2000");
    }
  }

  private static void write(KubeLab lab, Path home, String file, String... words) {
    Kubectl.Result result = lab.kubectl().run(List.of(words), "");
    try {
      Files.writeString(home.resolve(file), result.stdout() + result.stderr());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The outcome of the one attempt to start. */
  private static final class Started implements AutoCloseable {
    private final @Nullable KubeLab lab;
    private final @Nullable RuntimeException failure;

    private Started(@Nullable KubeLab lab, @Nullable RuntimeException failure) {
      this.lab = lab;
      this.failure = failure;
    }

    static Started now() {
      KubeLab lab = null;
      try {
        lab = KubeLab.start(LabSettings.fromSystem(), PROGRESS);
        new MooringRelease(lab).install();
        return new Started(lab, null);
      } catch (RuntimeException e) {
        if (lab != null) {
          collect(lab, new Diagnosis(lab.lab()).collect("install"));
          lab.close();
        }
        return new Started(null, e);
      }
    }

    KubeLab lab() {
      if (failure != null) {
        throw failure;
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
