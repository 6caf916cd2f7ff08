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
import java.util.List;
import java.util.Locale;

/**
 * {@code make bench}: measures, prints the table of docs/performance.md and writes {@code
 * e2e/target/bench.json}. It judges each bar and fails only when it could not measure. Arguments as
 * {@link BenchArguments} reads them.
 */
public final class Bench {
  private Bench() {}

  public static void main(String[] args) throws IOException {
    BenchArguments wanted = BenchArguments.of(List.of(args));
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    List<Row> rows = new ArrayList<>();
    try (Lab lab = Lab.start(settings, progress);
        Mooring mooring = new Installation(lab, progress, Duration.ofMinutes(10)).run()) {
      for (Part part : wanted.parts()) {
        progress.say("bench: " + part.word());
        rows.addAll(part.rows(mooring, progress, wanted.luns()));
      }
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
        Row.memory("mooring-node after this run", mooring.node1().unit().memory(), 96),
        Row.memory("mooring-controller after this run", mooring.controllerProcess().memory(), 128));
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
            row.verdict()));
  }

  private static String number(double value, String unit) {
    return String.format(Locale.ROOT, "%.2f %s", value, unit);
  }
}
