package io.mooring.e2e.lab;

import io.mooring.e2e.lab.guest.GuestShell;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code LabExec [-i] VM COMMAND...}: runs a command in a VM of the running lab, joined by blanks
 * and read by bash there. With {@code -i} it gets this process's standard input, read to its end.
 */
public final class LabExec {
  private static final Duration LIMIT = Duration.ofHours(12);

  private LabExec() {}

  public static void main(String[] args) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    boolean withInput = !words.isEmpty() && words.getFirst().equals("-i");
    if (withInput) {
      words.removeFirst();
    }
    if (words.size() < 2) {
      System.err.println("usage: lab-exec [-i] VM COMMAND...   (VM: storage, worker1, worker2)");
      System.exit(2);
    }
    byte[] input = withInput ? System.in.readAllBytes() : new byte[0];
    System.exit(run(words.getFirst(), String.join(" ", words.subList(1, words.size())), input));
  }

  private static int run(String machine, String script, byte[] input) {
    try {
      return new GuestShell(LabStatus.find(LabSettings.fromSystem().statusFile(), machine))
          .stream(
              script,
              new ByteArrayInputStream(input),
              input.length,
              System.out,
              System.err,
              Deadline.after(LIMIT));
    } catch (Failure e) {
      System.err.println("lab-exec: " + e.sentence());
      return 255;
    }
  }
}
