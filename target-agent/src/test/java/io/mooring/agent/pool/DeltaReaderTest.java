package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.pool.DeltaReader.Kind;
import io.mooring.agent.pool.DeltaReader.Range;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaReaderTest {
  private static final long BLOCK = 64 * 1024;
  private static final String HEAD =
      "<superblock uuid=\"\" time=\"1\" data_block_size=\"128\" nr_data_blocks=\"9\"><diff left=\"1\" right=\"1\">";
  private static final String TAIL = "</diff></superblock>";

  private static List<Range> read(String text) throws IOException {
    return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Range> read(InputStream in) throws IOException {
    List<Range> ranges = new ArrayList<>();
    new DeltaReader(
            new DeltaReader.Handler() {
              @Override
              public void take(Range range) {
                ranges.add(range);
              }

              @Override
              public void requireWanted() {}
            })
        .read(in);
    return ranges;
  }

  @Test
  void everyKindOfRangeOfVersion09IsRead() throws IOException {
    assertThat(read(Samples.read("thin-delta-0.9.xml")))
        .containsExactly(
            new Range(Kind.SAME, 0, 4, List.of(5L), BLOCK),
            new Range(Kind.DIFFERENT, 4, 2, List.of(9L, 100L), BLOCK),
            new Range(Kind.SAME, 6, 2, List.of(11L), BLOCK),
            new Range(Kind.RIGHT_ONLY, 8, 3, List.of(110L), BLOCK),
            new Range(Kind.LEFT_ONLY, 20, 1, List.of(40L), BLOCK),
            new Range(Kind.SAME, 30, 11, List.of(50L), BLOCK));
  }

  @Test
  void aDeviceComparedWithItselfIsTheSameWhereverItHoldsAnything() throws IOException {
    assertThat(read(Samples.read("thin-delta-0.9-alone.xml")))
        .containsExactly(
            new Range(Kind.SAME, 0, 8, List.of(5L), BLOCK),
            new Range(Kind.SAME, 20, 1, List.of(40L), BLOCK),
            new Range(Kind.SAME, 30, 11, List.of(50L), BLOCK));
  }

  @Test
  void aDeviceThatHoldsNothingHasNoRange() throws IOException {
    assertThat(read(HEAD + TAIL)).isEmpty();
  }

  /** What breaks off, or is not understood, must not be taken for the whole. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | it ends in the middle",
        "<same><range begin=\"0\" data_begin=\"1\" length=\"1\"/></same></diff> | it ends in the middle",
        "<same><range begin=\"0\" data_be | it ends in the middle",
        "<other begin=\"0\" length=\"1\"/></diff></superblock> | an element that is not known",
        "<range begin=\"0\" data_begin=\"1\" length=\"1\"/></diff></superblock> | a range that cannot be there",
        "<same><range begin=\"0\" data_begin=\"1\" length=\"0\"/></same></diff></superblock> | a range that cannot be there",
        "<same><range begin=\"5\" data_begin=\"1\" length=\"2\"/><range begin=\"6\" data_begin=\"1\" length=\"2\"/></same></diff></superblock> | a range that cannot be there",
        "<same><range begin=\"5\" data_begin=\"1\"/></same></diff></superblock> | no length",
        "<same><range begin=\"x\" data_begin=\"1\" length=\"1\"/></same></diff></superblock> | no number for begin",
        "<different><range begin=\"0\" left_data_begin=\"1\" length=\"1\"/></different></diff></superblock> | where a range is on the disk",
        "words</diff></superblock> | text between its elements"
      })
  void outputThatIsNotWholeIsRefused(String body, String reason) {
    assertThatThrownBy(() -> read(HEAD + body))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void anElementWithoutEndIsNotCollected() {
    InputStream endless =
        new InputStream() {
          private int next = '<';

          @Override
          public int read() {
            int now = next;
            next = 'x';
            return now;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            into[offset] = (byte) read();
            return 1;
          }
        };

    assertThatThrownBy(() -> read(endless)).hasMessageContaining("too long");
  }
}
