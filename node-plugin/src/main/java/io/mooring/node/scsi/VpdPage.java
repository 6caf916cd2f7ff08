package io.mooring.node.scsi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Vital product data pages (SPC-5 7.7): byte 1 is the page's code, bytes 2 and 3 the length of what
 * follows.
 */
final class VpdPage {
  private static final int HEADER = 4;
  private static final int DESIGNATOR_HEADER = 4;
  private static final int TYPE_NAA = 3;

  private VpdPage() {}

  /** The text of a page such as 0x80, without padding; empty when it is another page or blank. */
  static Optional<String> text(byte[] page, int code) {
    return body(page, code)
        .map(body -> new String(body, StandardCharsets.ISO_8859_1).replace("\0", "").strip())
        .filter(text -> !text.isEmpty());
  }

  /** The longest NAA designator of the logical unit in page 0x83. */
  static Optional<Wwid> wwid(byte[] page) {
    return body(page, 0x83).flatMap(VpdPage::longestNaa);
  }

  private static Optional<Wwid> longestNaa(byte[] designators) {
    Optional<Wwid> best = Optional.empty();
    int at = 0;
    while (at + DESIGNATOR_HEADER <= designators.length) {
      int end = at + DESIGNATOR_HEADER + (designators[at + 3] & 0xff);
      int type = designators[at + 1] & 0x0f;
      int association = (designators[at + 1] >> 4) & 0x03;
      if (type == TYPE_NAA && association == 0 && end <= designators.length) {
        byte[] naa = Arrays.copyOfRange(designators, at + DESIGNATOR_HEADER, end);
        Optional<Wwid> found = Wwid.ofSysfs("naa." + HexFormat.of().formatHex(naa));
        if (found.isPresent()
            && (best.isEmpty() || found.get().value().length() > best.get().value().length())) {
          best = found;
        }
      }
      at = end;
    }
    return best;
  }

  private static Optional<byte[]> body(byte[] page, int code) {
    if (page.length < HEADER || (page[1] & 0xff) != code) {
      return Optional.empty();
    }
    int length = (page[2] & 0xff) << 8 | (page[3] & 0xff);
    return Optional.of(Arrays.copyOfRange(page, HEADER, Math.min(page.length, HEADER + length)));
  }
}
