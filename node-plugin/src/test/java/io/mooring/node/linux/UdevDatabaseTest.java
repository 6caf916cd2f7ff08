package io.mooring.node.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.sample.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UdevDatabaseTest {
  private static final DeviceNumber NUMBER = new DeviceNumber(8, 16);

  @TempDir Path records;

  private void record(String text) throws Exception {
    Files.writeString(records.resolve("b8:16"), text);
  }

  @Test
  void aFinishedPathShowsItsWwidAndItsMembership() throws Exception {
    record(Samples.text("linux/udev-path.txt"));
    assertThat(new UdevDatabase(records).block(NUMBER).orElseThrow())
        .containsEntry("ID_SERIAL", "360014050123456789abcdef012345678")
        .containsEntry("DM_MULTIPATH_DEVICE_PATH", "1");
  }

  @Test
  void aFinishedMapShowsItsName() throws Exception {
    record(Samples.text("linux/udev-map.txt"));
    assertThat(new UdevDatabase(records).block(NUMBER).orElseThrow())
        .containsEntry("DM_NAME", "360014050123456789abcdef012345678");
  }

  @Test
  void aRecordThatUdevdIsStillAtIsNoRecordYet() throws Exception {
    record(Samples.text("linux/udev-map.txt") + "E:ID_PROCESSING=1\n");
    assertThat(new UdevDatabase(records).block(NUMBER)).isEmpty();
  }

  @Test
  void aDeviceWithoutRecordIsEmpty() {
    assertThat(new UdevDatabase(records).block(NUMBER)).isEmpty();
  }

  @Test
  void aValueMayContainAnEqualsSign() {
    assertThat(UdevDatabase.parse("E:A=b=c\nE:broken\nS:disk/x\n"))
        .containsExactly(Map.entry("A", "b=c"));
  }
}
