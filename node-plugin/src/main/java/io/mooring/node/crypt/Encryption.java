package io.mooring.node.crypt;

import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.Optional;

/**
 * LUKS2 on a device. Everything but {@link #find} reaches the device or works for seconds, so it
 * runs in child processes. Passphrases travel over standard input alone.
 */
public interface Encryption {
  /** The open mapping of that name. Looks only. */
  Optional<CryptMapping> find(String name);

  /**
   * Writes a header that is {@link LuksHeader#isNew}; what was on the device is lost.
   *
   * @param passphrase its only key
   */
  void format(Path device, String passphrase, Deadline deadline);

  /**
   * Reads the header.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when there is none of LUKS2
   */
  LuksHeader header(Path device, Deadline deadline);

  /** Notes in the header that it is in use. */
  void markUsed(Path device, Deadline deadline);

  /**
   * Makes the mapping.
   *
   * @return false when the passphrase does not open it
   */
  boolean open(Path device, String name, String passphrase, boolean readOnly, Deadline deadline);

  /** Whether the passphrase opens it; changes nothing. */
  boolean fits(Path device, String passphrase, Deadline deadline);

  /**
   * Adds a key.
   *
   * @param existing opens it now
   * @return false when the existing one does not
   */
  boolean addKey(Path device, String existing, String added, Deadline deadline);

  /**
   * Removes a key of that passphrase, which must not be the last.
   *
   * @return false when there is none
   */
  boolean removeKey(Path device, String passphrase, Deadline deadline);

  /** Makes the mapping as large as the device below it allows. */
  void grow(CryptMapping mapping, Deadline deadline);

  /**
   * Removes the mapping.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when it is in use
   */
  void close(CryptMapping mapping, Deadline deadline);
}
