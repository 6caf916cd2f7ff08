package io.mooring.runtime.chap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import org.junit.jupiter.api.Test;

class ChapTest {
  private static final String SECRET = "correct-horse-1";
  private static final String OTHER = "battery-staple-2";

  private static void assertRefused(String user, String password, String in, String inPassword) {
    assertThatThrownBy(() -> new Chap(user, password, in, inPassword, 1))
        .isInstanceOf(Failure.class)
        .extracting("kind")
        .isEqualTo(Kind.INVALID_ARGUMENT);
  }

  @Test
  void oneDirectionOrBothAreFit() {
    assertThat(new Chap("anna", SECRET, "", "", 1).mutual()).isFalse();
    assertThat(new Chap("anna", SECRET, "bella", OTHER, 1).mutual()).isTrue();
    assertThat(new Chap("a".repeat(255), "p".repeat(255), "b", "q".repeat(12), 1).mutual())
        .isTrue();
  }

  @Test
  void whatTheKernelCannotKeepIsRefused() {
    assertRefused("", SECRET, "", "");
    assertRefused("a".repeat(256), SECRET, "", "");
    assertRefused("anna", "eleven-char", "", "");
    assertRefused("anna", "p".repeat(256), "", "");
    assertRefused("anna", "two words and more", "", "");
    assertRefused("anna", "line\nbreak-in-it", "", "");
    assertRefused("NULLanna", SECRET, "", "");
    assertRefused("anna", "NULL-is-no-secret", "", "");
  }

  @Test
  void mutualSecretsAreWholeAndDiffer() {
    assertRefused("anna", SECRET, "bella", "");
    assertRefused("anna", SECRET, "", OTHER);
    assertRefused("anna", SECRET, "bella", SECRET);
    assertRefused("anna", SECRET, "anna", OTHER);
    assertRefused("anna", SECRET, "bella", "too-short");
  }

  @Test
  void aRevisionCountsFromOne() {
    assertThatThrownBy(() -> new Chap("anna", SECRET, "", "", 0)).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> ChapEntry.none(0)).isInstanceOf(Failure.class);
  }

  @Test
  void neitherTextNorRefusalTellsASecret() {
    Chap chap = new Chap("anna", SECRET, "bella", OTHER, 3);
    assertThat(chap + " " + ChapEntry.of(chap))
        .contains("3")
        .doesNotContain(SECRET)
        .doesNotContain(OTHER)
        .doesNotContain("anna");
    assertThatThrownBy(() -> new Chap("anna", SECRET + " ", "", "", 1))
        .hasMessageNotContaining(SECRET);
  }
}
