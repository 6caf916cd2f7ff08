package io.mooring.node.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CryptsetupTest {
  private static final Path DEVICE = Path.of("/dev/mapper/36001405");
  private static final String NAME = "mooring-crypt-36001405";
  private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));

  /** As cryptsetup 2.6.1 prints it, without the salts. */
  private static final String DUMP =
      """
      LUKS header information
      Version:       	2
      Epoch:         	3
      Metadata area: 	16384 [bytes]
      Keyslots area: 	16744448 [bytes]
      UUID:          	8f7ea5fd-f126-4569-a4af-4935aef40528
      Label:         	(no label)
      Subsystem:     	mooring-new
      Flags:       	(no flags)

      Data segments:
        0: crypt
      	offset: 16777216 [bytes]
      	length: (whole device)
      	cipher: aes-xts-plain64
      	sector: 4096 [bytes]

      Keyslots:
        0: luks2
      	Key:        512 bits
      	Area offset:32768 [bytes]
        1: luks2
      	Key:        512 bits
      	Area offset:290816 [bytes]
      Tokens:
      Digests:
        0: pbkdf2
      	Hash:       sha256
      """;

  @TempDir Path root;
  private SysfsTree tree;
  private final ScriptedCommands commands = new ScriptedCommands();
  private Cryptsetup cryptsetup;

  @BeforeEach
  void plant() {
    tree = new SysfsTree(root);
    tree.directory("block");
    cryptsetup = new Cryptsetup(tree.sysfs(), commands);
  }

  private void aMappingIsOpen() {
    tree.attribute("block/dm-4/dm/name", NAME);
    tree.attribute("block/dm-4/dm/uuid", "CRYPT-LUKS2-8f7ea5fdf1264569a4af4935aef40528-" + NAME);
    tree.attribute("block/dm-4/dev", "254:4");
    tree.attribute("block/dm-4/size", "2064384");
    tree.directory("block/dm-4/slaves/dm-3");
  }

  @Test
  void anOpenMappingIsFoundByItsNameAndItsKind() {
    aMappingIsOpen();
    assertThat(cryptsetup.find(NAME))
        .contains(
            new CryptMapping("dm-4", NAME, new DeviceNumber(254, 4), 1056964608L, List.of("dm-3")));
    assertThat(cryptsetup.find("mooring-crypt-other")).isEmpty();

    tree.attribute("block/dm-4/dm/uuid", "LVM-of-somebody-else");
    assertThat(cryptsetup.find(NAME)).isEmpty();
  }

  @Test
  void aHeaderSaysWhoMadeItHowManyKeysItHasAndWhereItEnds() {
    commands.on("cryptsetup", "--batch-mode", "luksDump").prints(DUMP);
    assertThat(cryptsetup.header(DEVICE, SOON))
        .isEqualTo(new LuksHeader(LuksHeader.NEW, 3, 2, 16L << 20));
  }

  @Test
  void aHeaderOfAnotherFormIsRefused() {
    commands.on("cryptsetup", "--batch-mode", "luksDump").prints("Version:       \t1\n");
    assertThatThrownBy(() -> cryptsetup.header(DEVICE, SOON))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.FAILED_PRECONDITION));
  }

  @Test
  void passphrasesTravelOverStandardInputAlone() {
    commands.on("cryptsetup").succeeds();
    cryptsetup.format(DEVICE, "first secret", SOON);
    assertThat(cryptsetup.open(DEVICE, NAME, "first secret", false, SOON)).isTrue();
    assertThat(cryptsetup.fits(DEVICE, "first secret", SOON)).isTrue();
    assertThat(cryptsetup.addKey(DEVICE, "fïrst", "second secret", SOON)).isTrue();
    assertThat(commands.ran())
        .allSatisfy(command -> assertThat(command.toString()).doesNotContain("secret"));
    assertThat(commands.ran())
        .extracting(Command::input)
        .containsExactly("first secret", "first secret", "first secret", "fïrstsecond secret");
    assertThat(commands.ran().getLast().argv()).contains("--keyfile-size=6");
  }

  @Test
  void aPassphraseThatDoesNotFitIsAnAnswerAndAnythingElseAFailure() {
    commands.on("cryptsetup").fails(2, "No key available with this passphrase.");
    assertThat(cryptsetup.open(DEVICE, NAME, "wrong", false, SOON)).isFalse();
    assertThat(cryptsetup.fits(DEVICE, "wrong", SOON)).isFalse();
    assertThat(cryptsetup.addKey(DEVICE, "wrong", "other", SOON)).isFalse();

    commands.on("cryptsetup").fails(4, "Device does not exist.");
    assertThatThrownBy(() -> cryptsetup.open(DEVICE, NAME, "right", false, SOON))
        .hasMessageContaining("Device does not exist");
  }

  @Test
  void theOnlyKeyIsNeverRemoved() {
    commands
        .on("cryptsetup", "--batch-mode", "luksDump")
        .prints(DUMP.replaceFirst("(?s)  1: luks2.*?Tokens", "Tokens"));
    assertThatThrownBy(() -> cryptsetup.removeKey(DEVICE, "only", SOON))
        .hasMessageContaining("the only passphrase");
    assertThat(commands.ran()).hasSize(1);
  }

  @Test
  void aKeyThatIsNotThereIsNotRemoved() {
    commands.on("cryptsetup").fails(2, "No key available with this passphrase.");
    commands.on("cryptsetup", "--batch-mode", "luksDump").prints(DUMP);
    assertThat(cryptsetup.removeKey(DEVICE, "none", SOON)).isFalse();
  }

  @Test
  void aPassphraseIsTriedWithoutOpeningAnything() {
    commands.on("cryptsetup").succeeds();
    assertThat(cryptsetup.fits(DEVICE, "word", SOON)).isTrue();
    assertThat(commands.ran().getLast().argv())
        .contains("--test-passphrase")
        .doesNotContain(NAME, "word");
  }

  @Test
  void aMappingInUseStaysAndSaysSo() {
    aMappingIsOpen();
    CryptMapping mapping = cryptsetup.find(NAME).orElseThrow();
    commands.on("cryptsetup").fails(5, "Device " + NAME + " is still in use.");
    assertThatThrownBy(() -> cryptsetup.close(mapping, SOON))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.FAILED_PRECONDITION));
  }

  @Test
  void closingIsProvenInTheKernel() {
    aMappingIsOpen();
    CryptMapping mapping = cryptsetup.find(NAME).orElseThrow();
    commands.on("cryptsetup").succeeds();
    assertThatThrownBy(() -> cryptsetup.close(mapping, SOON)).hasMessageContaining("stays");
    tree.remove("block/dm-4");
    cryptsetup.close(mapping, SOON);
  }

  @Test
  void passphrasesSayNothingOfThemselves() {
    assertThat(new Passphrases("new secret", Optional.of("old secret")).toString())
        .doesNotContain("secret");
    assertThat(new Passphrases("same", Optional.of("same")).previous()).isEmpty();
  }
}
