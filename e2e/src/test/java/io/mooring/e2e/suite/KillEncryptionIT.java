package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node plugin that dies between any two steps with an encrypted volume. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class KillEncryptionIT {
  private final Mooring mooring;
  private final CryptDeaths deaths;

  KillEncryptionIT(Mooring mooring) {
    this.mooring = mooring;
    this.deaths = new CryptDeaths(mooring);
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.disarm();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"node.crypt.after-format", "node.crypt.after-open", "node.crypt.after-blank"})
  void aNodePluginThatDiesWhileEncryptingDoesItOnceOnTheRetry(String failPoint) {
    deaths.whileEncrypting(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.crypt.after-add", "node.crypt.after-remove"})
  void aNodePluginThatDiesWhileAPassphraseIsReplacedReplacesItOnTheRetry(String failPoint) {
    deaths.whileReplacingAPassphrase(failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"node.crypt.after-add", "node.crypt.after-remove", "node.crypt.after-renewal"})
  void aNodePluginThatDiesWhileAPassphraseInUseIsReplacedReplacesItOnTheRetry(String failPoint) {
    deaths.whileReplacingAPassphraseInUse(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = "node.crypt.after-grow")
  void aNodePluginThatDiesWhileAnEncryptedVolumeGrowsGrowsItOnTheRetry(String failPoint) {
    deaths.whileGrowing(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = "node.unstage.after-close")
  void aNodePluginThatDiesWhileClosingAnEncryptedVolumeClosesItOnTheRetry(String failPoint) {
    deaths.whileUnstaging(failPoint);
  }
}
