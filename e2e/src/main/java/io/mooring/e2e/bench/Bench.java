package io.mooring.e2e.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.mooring.e2e.deployment.Installation;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code make bench}: measures, prints the table of docs/performance.md and writes {@code
 * e2e/target/bench.json}. It judges each bar and fails only when it could not measure.
 */
public final class Bench {
  private static final int LUNS = 300;
  private static final int MANY_LUNS = 1000;

  private Bench() {}

  public static void main(String[] args) throws IOException {
    int luns = Arrays.asList(args).contains("--long") ? MANY_LUNS : LUNS;
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    List<Row> rows = new ArrayList<>();
    try (Lab lab = Lab.start(settings, progress);
        Mooring mooring = new Installation(lab, progress, Duration.ofMinutes(10)).run()) {
      progress.say("bench: NodeStage");
      rows.addAll(new StageBench(mooring).rows());
      progress.say("bench: write stalls");
      rows.addAll(new StallBench(mooring).rows());
      progress.say("bench: %d LUNs".formatted(luns));
      rows.addAll(new ScaleBench(mooring, progress, luns).rows());
      rows.addAll(memory(mooring));
    }
    Path file = settings.projectRoot().resolve("e2e/target/bench.json");
    Gson gson = new GsonBuilder().setPrettyPrinting().serializeNulls().create();
    Files.writeString(file, gson.toJson(rows) + "\n");
    print(rows);
    progress.say("bench: written to " + file);
  }

  private static List<Row> memory(Mooring mooring) {
    return List.of(
        Row.atMost(
            "RSS of mooring-node after this run",
            ScaleBench.mib(mooring.node1().unit().residentBytes()),
            "MiB",
            96),
        Row.atMost(
            "RSS of mooring-controller after this run",
            ScaleBench.mib(mooring.controllerProcess().residentBytes()),
            "MiB",
            128));
  }

  private static void print(List<Row> rows) {
    System.out.println("| what | value | baseline | ratio | bar | holds |");
    System.out.println("|---|---|---|---|---|---|");
    rows.forEach(row ->
        System.out.printf(
            Locale.ROOT,
            "| %s | %s | %s | %s | %s | %s |%n",
            row.name(),
            number(row.value(), row.unit()),
            row.baseline() == null ? "-" : number(row.baseline(), row.unit()),
            row.ratio() == null ? "-" : String.format(Locale.ROOT, "%.2f", row.ratio()),
            row.bar(),
            row.holds() ? "yes" : "**no**"));
  }

  private static String number(double value, String unit) {
    return String.format(Locale.ROOT, "%.2f %s", value, unit);
  }
}
