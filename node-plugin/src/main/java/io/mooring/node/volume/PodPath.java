package io.mooring.node.volume;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose path it is. The kubelet names the pod in every path of it: a file system is at {@code
 * pods/UID/volumes/...}, a raw device at {@code volumeDevices/publish/VOLUME/UID}, from where it
 * puts it to {@code volumeDevices/VOLUME/dev/UID} and {@code pods/UID/volumeDevices/...}. So the
 * mount table alone tells which pods have a volume, whoever has been restarted since.
 */
final class PodPath {
  private static final String UID = "([0-9a-f][0-9a-f-]{7,62})";
  private static final Pattern FORM =
      Pattern.compile(".*/pods/" + UID + "/.*|.*/volumeDevices/.*/" + UID);

  private PodPath() {}

  /** Whether a pod of that uid would be found in its paths. */
  static boolean isUid(String text) {
    return text.matches(UID);
  }

  /** The pod's uid; empty for a path of another form. */
  static Optional<String> pod(Path path) {
    Matcher matcher = FORM.matcher(path.toString());
    return matcher.matches()
        ? Optional.ofNullable(matcher.group(1)).or(() -> Optional.ofNullable(matcher.group(2)))
        : Optional.empty();
  }
}
