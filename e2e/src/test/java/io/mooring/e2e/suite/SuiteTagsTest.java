package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test without a suite would never run, and nobody would notice. */
class SuiteTagsTest {
  private static final Set<String> SUITES = Set.of("lab", "long", "k8s", "k8s-long");

  @Test
  void everyTestOnVirtualMachinesBelongsToASuite() throws Exception {
    List<String> tests = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Class<?> type : classes()) {
      for (Method method : type.getDeclaredMethods()) {
        if (AnnotationSupport.isAnnotated(method, Testable.class)) {
          String name = type.getSimpleName() + "." + method.getName();
          tests.add(name);
          List<String> suites = Stream.concat(tags(type), tags(method)).toList();
          if (suites.isEmpty() || !SUITES.containsAll(suites)) {
            wrong.add(name + " is in " + suites);
          }
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(50);
    assertThat(wrong).isEmpty();
  }

  private static Stream<String> tags(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotationsByType(Tag.class)).map(Tag::value);
  }

  private static List<Class<?>> classes() throws IOException, URISyntaxException {
    Path root =
        Path.of(SuiteTagsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith("IT.class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        classes.add(load(name.substring(0, name.length() - ".class".length())));
      }
    }
    return classes;
  }

  /** Without running its initializers, which may want a lab. */
  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, SuiteTagsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
