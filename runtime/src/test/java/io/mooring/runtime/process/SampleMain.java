package io.mooring.runtime.process;

import io.mooring.runtime.config.Option;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process for the test of {@link Application}. */
final class SampleMain {
  private static final List<Option> OPTIONS =
      List.of(
          Option.of("mood", "good", "good, bad or broken."),
          new Option("password", "none", "A secret.", true));

  private SampleMain() {}

  public static void main(String[] args) {
    Application.main(
        "mooring-sample",
        OPTIONS,
        args,
        (settings, parts) -> {
          Logger log = LoggerFactory.getLogger(SampleMain.class);
          parts.add("first", () -> log.info("first is closed"));
          parts.add(
              "second",
              () -> {
                throw new IllegalStateException("does not stop well");
              });
          parts.add("third", () -> log.info("third is closed"));
          switch (settings.text("mood")) {
            case "bad" -> throw Failure.failedPrecondition("the mood is bad; cheer up");
            case "broken" -> throw new IllegalStateException("bug");
            default -> log.info("in a good mood");
          }
        });
  }
}
