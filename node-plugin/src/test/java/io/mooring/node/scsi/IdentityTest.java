package io.mooring.node.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.sample.Samples;
import io.mooring.runtime.failure.Failure;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final String SERIAL = "0123456789abcdef0123456789abcdef";
  private static final Wwid WWID = new Wwid("360014050123456789abcdef012345678");

  @Test
  void lioBuildsTheWwidFromTheFirst25DigitsOfTheSerial() {
    assertThat(Wwid.ofLioSerial(SERIAL)).isEqualTo(WWID);
    assertThat(Wwid.ofLioSerial(SERIAL.substring(0, 25) + "0000000")).isEqualTo(WWID);
  }

  @Test
  void sysfsWritesTheSameWithAPrefix() {
    assertThat(Wwid.ofSysfs("naa.60014050123456789ABCDEF012345678\n")).contains(WWID);
    assertThat(Wwid.ofSysfs("t10.ATA     QEMU HARDDISK")).isEmpty();
    assertThat(Wwid.ofSysfs("naa.6001405")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "36001405", "360014050123456789ABCDEF012345678", "../../x", "3 "})
  void whatIsNoWwidIsRefused(String text) {
    assertThatThrownBy(() -> new Wwid(text)).isInstanceOf(Failure.class);
  }

  @Test
  void theKernelsPagesGiveTheIdentity() {
    assertThat(VpdPage.wwid(Samples.bytes("scsi/vpd_pg83.bin"))).contains(WWID);
    assertThat(VpdPage.text(Samples.bytes("scsi/vpd_pg80.bin"), 0x80)).contains(SERIAL);
  }

  @Test
  void theDisksOwnAnswerGivesTheSame() {
    byte[] page83 = Inquiry.bytes(Samples.text("scsi/sg_inq-83.txt"));
    byte[] page80 = Inquiry.bytes(Samples.text("scsi/sg_inq-80.txt"));
    assertThat(VpdPage.wwid(page83)).contains(WWID);
    assertThat(VpdPage.text(page80, 0x80)).contains(SERIAL);
  }

  @Test
  void aPageOfAnotherKindOrCutShortGivesNoIdentity() {
    assertThat(VpdPage.wwid(Samples.bytes("scsi/vpd_pg80.bin"))).isEmpty();
    assertThat(VpdPage.text(Samples.bytes("scsi/vpd_pg83.bin"), 0x80)).isEmpty();
    assertThat(VpdPage.wwid(new byte[] {0, (byte) 0x83})).isEmpty();
    assertThat(VpdPage.wwid(new byte[] {0, (byte) 0x83, 0, 20, 1, 3, 0, 16, 0x60})).isEmpty();
  }

  @Test
  void twoSerialsThatAgreeInTheWwidAreTwoIdentities() {
    Identity one = new Identity(WWID, SERIAL);
    Identity other = new Identity(WWID, SERIAL.substring(0, 25) + "0000000");
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void anAddressIsReadAndWrittenAsTheKernelDoes() {
    assertThat(Hctl.parse("3:0:0:255")).contains(Hctl.of(3, 255));
    assertThat(Hctl.of(3, 255)).hasToString("3:0:0:255");
    assertThat(Hctl.parse("3:0:0")).isEqualTo(Optional.empty());
    assertThat(Hctl.parse("target3:0:0")).isEmpty();
  }
}
