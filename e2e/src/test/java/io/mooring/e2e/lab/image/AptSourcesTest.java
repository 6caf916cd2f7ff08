package io.mooring.e2e.lab.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {
  @TempDir private Path apt;

  @Test
  void takesTheArchiveOutOfDeb822Stanzas() throws IOException {
    put(
        "sources.list.d/debian.sources",
        """
        # a comment
        Types: deb deb-src
        URIs: http://mirror.example/debian-security
        Suites: bookworm-security
        Components: main

        Types: deb
        URIs: http://mirror.example/debian
        Suites: bookworm
         bookworm-updates
        Components: main contrib
        Signed-By:
         -----BEGIN PGP PUBLIC KEY BLOCK-----
         .
         -----END PGP PUBLIC KEY BLOCK-----
        """);

    assertThat(AptSources.debianMirror(apt)).contains("http://mirror.example/debian");
  }

  @Test
  void takesTheArchiveOutOfOneLineSources() throws IOException {
    put(
        "sources.list",
        """
        # deb http://old.example/debian bookworm main
        deb-src http://source.example/debian bookworm main
        deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://one.example/debian/ bookworm main # here
        """);

    assertThat(AptSources.debianMirror(apt)).contains("https://one.example/debian/");
  }

  @Test
  void passesOverDisabledStanzasAndOtherPeoplesArchives() throws IOException {
    put(
        "sources.list.d/a.sources",
        """
        Enabled: no
        Types: deb
        URIs: http://disabled.example/debian
        Suites: trixie
        Components: main
        """);
    put("sources.list.d/b.list", "deb http://archive.example/ubuntu noble main\n");
    put("sources.list.d/c.list", "deb http://tool.example/debian ./ \n");
    put("sources.list.d/d.list.disabled", "deb http://ignored.example/debian trixie main\n");
    put("sources.list.d/e.list", "deb cdrom:[x]/debian trixie main\n");

    assertThat(AptSources.debianMirror(apt)).isEmpty();
  }

  @Test
  void hasNoMirrorOnAMachineWithoutApt() {
    assertThat(AptSources.debianMirror(apt.resolve("nothing"))).isEmpty();
  }

  private void put(String name, String text) throws IOException {
    Path file = apt.resolve(name);
    Files.createDirectories(apt.resolve("sources.list.d"));
    Files.writeString(file, text);
  }
}
