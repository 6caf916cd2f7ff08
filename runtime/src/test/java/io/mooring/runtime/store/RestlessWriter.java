package io.mooring.runtime.store;

import java.nio.file.Path;

/** Replaces one document over and over until it is killed. */
final class RestlessWriter {
  /** A document that shows whether it is whole. */
  record Page(long number, String content) {
    static Page of(long number) {
      return new Page(number, Long.toString(number).repeat(20_000));
    }

    boolean whole() {
      return equals(of(number));
    }
  }

  private RestlessWriter() {}

  public static void main(String[] args) {
    Documents<Page> documents = new Documents<>(Path.of(args[0]), Page.class);
    for (long number = 0; ; number++) {
      documents.put("page", Page.of(number));
      if (number == 3) {
        System.out.println("writing");
      }
    }
  }
}
