package io.mooring.node.linux;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A block device's number, written {@code major:minor} as sysfs and mountinfo do. */
public record DeviceNumber(int major, int minor) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,7}):(\\d{1,7})");

  /** The number in a text such as {@code 254:3}; empty when it has another form. */
  public static Optional<DeviceNumber> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(
            new DeviceNumber(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
