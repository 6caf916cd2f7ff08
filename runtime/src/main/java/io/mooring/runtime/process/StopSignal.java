package io.mooring.runtime.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Waits for SIGTERM or SIGINT. A shutdown hook would do for that, but hooks run side by side, and
 * one of them closes the log: what happens during the stop would never be seen. The class that
 * handles signals is in the module jdk.unsupported and cannot be named without a compiler warning,
 * hence the reflection.
 */
final class StopSignal {
  private final CountDownLatch arrived = new CountDownLatch(1);

  private StopSignal() {}

  /** From now on the signals do not end the JVM by themselves. */
  static StopSignal install() {
    StopSignal stop = new StopSignal();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, args) -> {
                if (method.getName().equals("handle")) {
                  stop.arrived.countDown();
                  return null;
                }
                return method.invoke(stop, args); // equals, hashCode, toString
              });
      for (String name : List.of("TERM", "INT")) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("SIGTERM and SIGINT cannot be handled", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java runtime lacks the module jdk.unsupported", e);
    }
    return stop;
  }

  /** Returns when one of the signals has come, or the thread is interrupted. */
  void await() {
    try {
      arrived.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
