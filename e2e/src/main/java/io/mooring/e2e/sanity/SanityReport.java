package io.mooring.e2e.sanity;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 */
record SanityReport(int passed, List<String> failed, List<String> skipped) {
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
      for (int i = 0; i < cases.getLength(); i++) {
        Element test = (Element) cases.item(i);
        String name = test.getAttribute("name");
        if (has(test, "failure") || has(test, "error")) {
          failed.add(name);
        } else if (has(test, "skipped")) {
          skipped.add(name);
        } else if (name.startsWith("[It]")) {
          passed++;
        }
      }
      return new SanityReport(passed, failed, skipped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalStateException(file + " is not a JUnit report: " + e.getMessage(), e);
    }
  }

  private static boolean has(Element test, String child) {
    return test.getElementsByTagName(child).getLength() > 0;
  }

  void print(PrintStream out) {
    skipped.forEach(name -> out.println("  skipped: " + name));
    failed.forEach(name -> out.println("  FAILED:  " + name));
  }
}
