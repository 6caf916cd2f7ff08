package io.mooring.agent.volume;

import io.mooring.agent.identity.VolumeRecord;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one pass finds: sentences for the log, and what of them is about a single volume. */
final class Findings {
  private final Set<String> problems = new LinkedHashSet<>();
  private final Map<String, Finding> ofVolumes = new LinkedHashMap<>();

  void add(String problem) {
    problems.add(problem);
  }

  void addAll(List<String> sentences) {
    problems.addAll(sentences);
  }

  /** Something that is wrong with a volume; of one kind the last word counts. */
  void add(VolumeRecord volume, Finding.Severity severity, String reason, String sentence) {
    problems.add(volume.label() + ": " + sentence);
    ofVolumes.put(
        volume.serial() + reason, new Finding(volume.serial(), severity, reason, sentence));
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  List<Finding> ofVolumes() {
    return List.copyOf(ofVolumes.values());
  }
}
