package io.mooring.e2e.lab.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRecipeTest {
  @Test
  void theHashIsStableAndDependsOnEveryNameAndByte() {
    String hash = new ImageRecipe(Map.of("a", "1", "b", "2")).hash();

    assertThat(hash).matches("[0-9a-f]{16}");
    assertThat(new ImageRecipe(Map.of("b", "2", "a", "1")).hash()).isEqualTo(hash);
    assertThat(new ImageRecipe(Map.of("a", "1", "b", "3")).hash()).isNotEqualTo(hash);
    assertThat(new ImageRecipe(Map.of("a", "1", "c", "2")).hash()).isNotEqualTo(hash);
    assertThat(new ImageRecipe(Map.of("a", "12", "b", "")).hash()).isNotEqualTo(hash);
  }

  @Test
  void theProjectsRecipeNamesWhatAStorageNetworkNeeds() {
    ImageRecipe recipe = ImageRecipe.load();

    assertThat(recipe.packages())
        .contains("linux-image-amd64", "open-iscsi", "multipath-tools", "lvm2", "udev")
        .allMatch(name -> name.matches("[a-z0-9.+-]+"));
    assertThat(recipe.excludes()).isNotEmpty().allMatch(path -> path.startsWith("/"));
  }

  @Test
  void unpacksEveryFileWithItsMode(@TempDir Path folder) throws IOException {
    ImageRecipe.load().unpack(folder);

    assertThat(mode(folder.resolve("hook-customize.sh"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(folder.resolve("rootfs/usr/local/sbin/lab-shell"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(folder.resolve("rootfs/etc/systemd/system/lab-setup.service")))
        .isEqualTo("rw-r--r--");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
