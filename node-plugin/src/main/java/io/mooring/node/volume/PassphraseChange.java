package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.crypt.Encryption;
import io.mooring.node.crypt.Passphrases;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the passphrase of a volume, open or not. The new one is added and proven to open the
 * volume before the one before is removed, so one of its Secret opens it at every moment; a change
 * that broke off is finished by the next call.
 */
final class PassphraseChange {
  private static final Logger LOG = LoggerFactory.getLogger(PassphraseChange.class);

  private final Encryption encryption;

  PassphraseChange(Encryption encryption) {
    this.encryption = requireNonNull(encryption, "encryption is null");
  }

  /**
   * Makes the passphrase of now open the volume, and the one before no more.
   *
   * @param device what holds the header
   * @param readOnly leaves the header as it is; the one before is enough then
   * @param opens whether a passphrase does; may open it for use
   * @throws Failure FAILED_PRECONDITION when none opens it; nothing is changed then
   */
  void take(
      VolumeId volume,
      Path device,
      Passphrases keys,
      boolean readOnly,
      Predicate<String> opens,
      Deadline deadline) {
    if (!opens.test(keys.current())) {
      String previous = keys.previous().orElseThrow(() -> noPassphraseFits(volume));
      if (readOnly) {
        require(opens.test(previous), volume);
        return;
      }
      require(encryption.addKey(device, previous, keys.current(), deadline), volume);
      FailPoints.pass("node.crypt.after-add");
      if (!opens.test(keys.current())) {
        throw Failure.internal(
            "%s is not opened by the passphrase that was just added to it; try again"
                .formatted(volume));
      }
    }
    if (!readOnly) {
      keys.previous().ifPresent(previous -> retire(volume, device, previous, deadline));
    }
  }

  /** One that was added twice, by a call that died and the next one, has two keys. */
  private void retire(VolumeId volume, Path device, String previous, Deadline deadline) {
    while (encryption.header(device, deadline).keys() > 1
        && encryption.removeKey(device, previous, deadline)) {
      FailPoints.pass("node.crypt.after-remove");
      LOG.info("{}: the previous passphrase is removed", volume);
    }
  }

  private static void require(boolean fits, VolumeId volume) {
    if (!fits) {
      throw noPassphraseFits(volume);
    }
  }

  private static Failure noPassphraseFits(VolumeId volume) {
    return Failure.failedPrecondition(
        "no passphrase of its Secret opens %s; put the one that opens it into the Secret, as"
                .formatted(volume)
            + " previousPassphrase if it shall be replaced");
  }
}
