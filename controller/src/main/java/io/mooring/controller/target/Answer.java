package io.mooring.controller.target;

import io.mooring.runtime.failure.Failure;
import java.util.List;

/** What one of several storage targets said. */
public sealed interface Answer<T> {
  StorageTarget target();

  /** The value, or the failure thrown. */
  T orThrow();

  /** An answer. */
  record Given<T>(StorageTarget target, T value) implements Answer<T> {
    @Override
    public T orThrow() {
      return value;
    }
  }

  /** No answer. */
  record Failed<T>(StorageTarget target, Failure failure) implements Answer<T> {
    @Override
    public T orThrow() {
      throw failure;
    }
  }

  /** All values; the first failure is thrown where there is one. */
  static <T> List<T> allOf(List<Answer<T>> answers) {
    return answers.stream().map(Answer::orThrow).toList();
  }
}
