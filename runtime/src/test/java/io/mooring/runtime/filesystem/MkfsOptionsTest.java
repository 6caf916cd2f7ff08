package io.mooring.runtime.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MkfsOptionsTest {
  @Test
  void nothingIsNothing() {
    assertThat(MkfsOptions.parse("ext4", "")).isEmpty();
    assertThat(MkfsOptions.parse("ext4", "  ")).isEmpty();
  }

  @Test
  void whatShapesTheFileSystemIsLetThrough() {
    assertThat(MkfsOptions.parse("ext4", " -i 65536  -O ^has_journal -E stride=16,stripe_width=64"))
        .containsExactly("-i", "65536", "-O", "^has_journal", "-E", "stride=16,stripe_width=64");
    assertThat(MkfsOptions.parse("xfs", "-d agcount=8 -m reflink=1"))
        .containsExactly("-d", "agcount=8", "-m", "reflink=1");
    assertThat(
            MkfsOptions.parse("btrfs", "-d dup -m single -n 32768 -O block-group-tree,^no-holes"))
        .containsExactly(
            "-d", "dup", "-m", "single", "-n", "32768", "-O", "block-group-tree,^no-holes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-d /etc",
        "-F",
        "-F -b",
        "/dev/sda",
        "-J device=UUID=1",
        "-E offset=1024",
        "-E stride=4,offset=1024",
        "-O $(reboot)",
        "-b 4096 -b",
        "-b -F",
        "-L name"
      })
  void whatLeadsElsewhereIsRefused(String options) {
    assertThatThrownBy(() -> MkfsOptions.parse("ext4", options))
        .hasMessageContaining("mkfs.ext4")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-d name=sda", "-d file", "-d agcount=4,file=1", "-l logdev=sdb", "-p x"})
  void soItIsForXfs(String options) {
    assertThatThrownBy(() -> MkfsOptions.parse("xfs", options)).hasMessageContaining("mkfs.xfs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-d raid1",
        "-m raid0",
        "-O zoned",
        "-O no-holes,zoned",
        "-O list-all",
        "-U 01234567-89ab-cdef-0123-456789abcdef",
        "-b 1G",
        "-r data",
        "-f -f"
      })
  void soItIsForBtrfs(String options) {
    assertThatThrownBy(() -> MkfsOptions.parse("btrfs", options))
        .hasMessageContaining("mkfs.btrfs");
  }
}
