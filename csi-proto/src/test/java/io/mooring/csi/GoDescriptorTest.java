package io.mooring.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class GoDescriptorTest {
  @Test
  void literalsOverSeveralLinesAreJoined() {
    String go =
        """
        var other = "no"

        const file_a_rawDesc = "" +
        \t"\\n" +
        \t"\\aa.proto\\x12\\x06" +
        \t"csi.v1\\"

        var after = "no"
        """
            .replace("csi.v1\\\"", "csi.v1\"");

    assertThat(GoDescriptor.extract(go, "file_a_rawDesc"))
        .isEqualTo("\n\u0007a.proto\u0012\u0006csi.v1".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void everyEscapeOfGoIsUnderstood() {
    String go = "const d = \"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\xff\\u00e9\\U0001f600\u20ac\"\n";

    byte[] expected = {
      7,
      8,
      12,
      10,
      13,
      9,
      11,
      '\\',
      '"',
      (byte) 0xff,
      (byte) 0xc3,
      (byte) 0xa9,
      (byte) 0xf0,
      (byte) 0x9f,
      (byte) 0x98,
      (byte) 0x80,
      (byte) 0xe2,
      (byte) 0x82,
      (byte) 0xac
    };
    assertThat(GoDescriptor.extract(go, "d")).isEqualTo(expected);
  }

  @Test
  void missingConstantIsNamed() {
    assertThatThrownBy(() -> GoDescriptor.extract("const a = \"x\"", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no constant b");
  }

  @Test
  void anythingButPlainLiteralsIsRefused() {
    assertThatThrownBy(() -> GoDescriptor.extract("const a = f(\"x\")", "a"))
        .hasMessageContaining("expected a string literal");
    assertThatThrownBy(() -> GoDescriptor.extract("const a = \"\\q\"", "a"))
        .hasMessageContaining("unknown escape \\q");
    assertThatThrownBy(() -> GoDescriptor.extract("const a = \"x", "a"))
        .hasMessageContaining("ends within a string literal");
    assertThatThrownBy(() -> GoDescriptor.extract("const a = \"\\x1", "a"))
        .hasMessageContaining("ends within a string literal");
  }
}
