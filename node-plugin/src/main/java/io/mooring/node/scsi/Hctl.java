package io.mooring.node.scsi;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a SCSI device: host, channel, target, LUN. The kernel gives a host number away
 * again as soon as its session has ended (seen on 6.12), so an address is only good as long as the
 * session is known to live, and what is there is checked before it is acted on.
 */
public record Hctl(int host, int channel, int target, int lun) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9}):(\\d{1,9}):(\\d{1,9}):(\\d{1,9})");

  /** The address of a LUN on an iSCSI session's host: channel and target are always 0 there. */
  public static Hctl of(int host, int lun) {
    return new Hctl(host, 0, 0, lun);
  }

  /** The address in a text such as {@code 3:0:0:1}; empty when it has another form. */
  public static Optional<Hctl> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Hctl(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return host + ":" + channel + ":" + target + ":" + lun;
  }
}
