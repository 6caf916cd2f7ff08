package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.Wwid;
import java.util.Optional;

/** A logical unit on the storage host: what is really behind a LUN number. */
public final class FakeLun {
  private final Identity identity;
  private long sizeBytes;
  private long fileSystemBytes;
  private boolean readOnly;
  private boolean unreadable;
  private Content content = new Content.Blank();
  private Optional<FakeHeader> header = Optional.empty();
  private int formats;

  /**
   * A blank one.
   *
   * @param serial 32 hex digits
   */
  public FakeLun(String serial, long sizeBytes) {
    this.identity = new Identity(Wwid.ofLioSerial(serial), serial);
    this.sizeBytes = sizeBytes;
    this.fileSystemBytes = sizeBytes;
  }

  public Identity identity() {
    return identity;
  }

  public Wwid wwid() {
    return identity.wwid();
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  /** The storage host makes it larger; what is on it does not notice. */
  public void growTo(long bytes) {
    sizeBytes = bytes;
  }

  /** How far the file system on it reaches. */
  public long fileSystemBytes() {
    return fileSystemBytes;
  }

  void growFileSystem(long bytes) {
    fileSystemBytes = bytes;
  }

  public boolean readOnly() {
    return readOnly;
  }

  /** Write-protects it. */
  public FakeLun makeReadOnly() {
    readOnly = true;
    return this;
  }

  public boolean unreadable() {
    return unreadable;
  }

  /** Every read fails from now on, or works again. */
  public void setUnreadable(boolean unreadable) {
    this.unreadable = unreadable;
  }

  /** What a reader of the disk finds. */
  public Content content() {
    return header.isPresent() ? new Content.Encrypted() : content;
  }

  /** What a reader finds who has the key, if there is one. */
  Content decrypted() {
    return content;
  }

  /** The encryption header; empty for a disk that is not encrypted. */
  public Optional<FakeHeader> header() {
    return header;
  }

  /** Encrypts it: what it held is lost, what its zeros decrypt to is no zeros. */
  public void encrypt(String passphrase) {
    header = Optional.of(new FakeHeader(passphrase));
    content = new Content.Unknown("data without a known signature near byte 0");
  }

  /** Puts something on it. */
  public FakeLun holding(Content content) {
    this.content = content;
    return this;
  }

  /** The storage host loses what was on it. */
  public void wipe() {
    header = Optional.empty();
    content = new Content.Blank();
  }

  /** How many times mkfs ran on it. */
  public int formats() {
    return formats;
  }

  void format(Content made, long bytes) {
    content = made;
    fileSystemBytes = bytes;
    formats++;
  }
}
