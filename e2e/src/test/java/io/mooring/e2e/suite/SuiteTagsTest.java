package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** A test without a suite would never run, and nobody would notice. */
class SuiteTagsTest {
  private static final Set<String> SUITES = Set.of("lab", "long", "k8s", "k8s-long");

  @Test
  void everyTestOnVirtualMachinesBelongsToASuite() throws URISyntaxException {
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
    return AnnotationSupport.findRepeatableAnnotations(element, Tag.class).stream().map(Tag::value);
  }

  private static List<Class<?>> classes() throws URISyntaxException {
    return ReflectionSupport.findAllClassesInClasspathRoot(
        SuiteTagsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI(),
        _ -> true,
        name -> name.endsWith("IT"));
  }
}
