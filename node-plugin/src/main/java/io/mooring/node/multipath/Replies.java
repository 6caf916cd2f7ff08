package io.mooring.node.multipath;

import java.util.List;

/**
 * Reads multipathd's answers to commands. From 0.9.8 on a failure has its reason on a second line;
 * unknown text is a failure.
 */
final class Replies {
  private Replies() {}

  static Reply parse(String answer) {
    List<String> lines = answer.lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
    if (lines.isEmpty()) {
      return new Reply.Refused("an empty answer");
    }
    String first = lines.getFirst();
    String reason = first.equals("fail") && lines.size() > 1 ? lines.get(1) : first;
    return switch (reason) {
      case "ok" -> new Reply.Ok();
      case "timeout" -> new Reply.TimedOut();
      case "blacklisted" -> new Reply.Blacklisted();
      case "device not found" -> new Reply.Unknown();
      case "map or partition in use" -> new Reply.Busy();
      default -> new Reply.Refused(String.join("; ", lines));
    };
  }
}
