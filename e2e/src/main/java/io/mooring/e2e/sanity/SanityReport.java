package io.mooring.e2e.sanity;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What csi-sanity wrote in JUnit's format.
 *
 * @param passed number of tests that ran and passed
 * @param failed names of those that failed
 * @param skipped names of those that did not run, because a capability is not offered
 * @param notAsked number of those that this run was not asked for
 */
record SanityReport(int passed, List<String> failed, List<String> skipped, int notAsked) {
  /** How the names of those end that may be skipped; docs/features.md says why each is. */
  private static final Set<String> EXPLAINED =
      Set.of(
          "pagination should detect volumes added between pages and accept tokens when the last"
              + " volume from a page is deleted",
          "should fail when publishing more volumes than the node max attach limit",
          "should succeed when creating a snapshot with accessibility requirements");

  /** Of a test that was filtered out: one that skips itself adds its reason. */
  private static final String WITHOUT_REASON = "skipped";

  SanityReport {
    failed = List.copyOf(failed);
    skipped = List.copyOf(skipped);
  }

  static SanityReport read(Path file) {
    try {
      NodeList cases =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getElementsByTagName("testcase");
      int passed = 0;
      List<String> failed = new ArrayList<>();
      List<String> skipped = new ArrayList<>();
      int notAsked = 0;
      for (int i = 0; i < cases.getLength(); i++) {
        Element test = (Element) cases.item(i);
        String name = test.getAttribute("name");
        if (has(test, "failure") || has(test, "error")) {
          failed.add(name);
        } else if (has(test, "skipped")) {
          if (reason(test).equals(WITHOUT_REASON)) {
            notAsked++;
          } else {
            skipped.add(name);
          }
        } else if (name.startsWith("[It]")) {
          passed++;
        }
      }
      return new SanityReport(passed, failed, skipped, notAsked);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalStateException(file + " is not a JUnit report: " + e.getMessage(), e);
    }
  }

  private static boolean has(Element test, String child) {
    return test.getElementsByTagName(child).getLength() > 0;
  }

  private static String reason(Element test) {
    return ((Element) test.getElementsByTagName("skipped").item(0)).getAttribute("message");
  }

  /** Those that were skipped although nothing explains it: a capability may have been lost. */
  List<String> unexplained() {
    return skipped.stream().filter(name -> EXPLAINED.stream().noneMatch(name::endsWith)).toList();
  }

  void print(PrintStream out) {
    skipped.forEach(name -> out.println("  skipped: " + name));
    unexplained().forEach(name -> out.println("  FAILED, for nothing explains its skip: " + name));
    failed.forEach(name -> out.println("  FAILED:  " + name));
  }
}
