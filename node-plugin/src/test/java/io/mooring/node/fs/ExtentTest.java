package io.mooring.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentTest {
  private static final long MIB = 1 << 20;

  @Test
  void aLargeDeviceIsLookedAtAtBothEndsAndAtTheCopiesOfSuperblocks() {
    assertThat(Extent.marks(300L * 1024 * MIB))
        .containsExactly(
            new Extent(0, 2 * MIB),
            new Extent(8 * MIB, 4096),
            new Extent(64 * MIB, 4096),
            new Extent(128 * MIB, 4096),
            new Extent(256 * 1024 * MIB, 4096),
            new Extent(300L * 1024 * MIB - MIB, MIB));
  }

  @Test
  void aSmallDeviceIsLookedAtWhole() {
    assertThat(Extent.marks(MIB)).containsExactly(new Extent(0, MIB));
    assertThat(Extent.marks(3 * MIB))
        .containsExactly(new Extent(0, 2 * MIB), new Extent(2 * MIB, MIB));
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 4096, 2 << 20, (2 << 20) + 512, 5 << 20, (1L << 30) + 1536})
  void everyPieceLiesOnTheDeviceAndTheLastOneEndsWithIt(long size) {
    List<Extent> marks = Extent.marks(size);
    assertThat(marks).allMatch(mark -> mark.offset() + mark.length() <= size && mark.length() > 0);
    assertThat(marks).allMatch(mark -> mark.offset() % 4096 == 0);
    Extent last = marks.getLast();
    assertThat(last.offset() + last.length()).isEqualTo(size);
  }

  @Test
  void theProofReadsReachBothEnds() {
    assertThat(Extent.head(MIB)).isEqualTo(new Extent(0, 256 * 1024));
    assertThat(Extent.tail(MIB)).isEqualTo(new Extent(MIB - 4096, 4096));
    assertThat(Extent.tail(MIB + 512)).isEqualTo(new Extent(MIB - 4096, 4608));
  }
}
