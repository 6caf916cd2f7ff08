package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.Wwid;

/** A logical unit on the storage host: what is really behind a LUN number. */
public final class FakeLun {
  private final Identity identity;
  private final long sizeBytes;
  private boolean readOnly;
  private boolean unreadable;
  private Content content = new Content.Blank();
  private int formats;

  /**
   * A blank one.
   *
   * @param serial 32 hex digits
   */
  public FakeLun(String serial, long sizeBytes) {
    this.identity = new Identity(Wwid.ofLioSerial(serial), serial);
    this.sizeBytes = sizeBytes;
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

  public Content content() {
    return content;
  }

  /** Puts something on it. */
  public FakeLun holding(Content content) {
    this.content = content;
    return this;
  }

  /** How many times mkfs ran on it. */
  public int formats() {
    return formats;
  }

  void format(Content made) {
    content = made;
    formats++;
  }
}
