package io.mooring.node.linux;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * The few functions of the C library that the JDK has no door to: stream sockets in Linux's
 * abstract name space (unix(7)) and netlink(7). Every one is called so that it cannot block for
 * longer than asked.
 */
public interface LibC {
  int AF_UNIX = 1;
  int AF_INET = 2;
  int AF_INET6 = 10;
  int AF_NETLINK = 16;
  int SOCK_STREAM = 1;
  int SOCK_RAW = 3;
  int SOCK_NONBLOCK = 04000;
  int SOCK_CLOEXEC = 02000000;
  int MSG_NOSIGNAL = 0x4000;
  short POLLIN = 1;
  short POLLOUT = 4;
  int EINTR = 4;
  int EAGAIN = 11;
  int ENOBUFS = 105;

  /** socket(2). */
  int socket(int domain, int type, int protocol);

  /** bind(2). */
  int bind(int socket, @In byte[] address, int length);

  /** connect(2). */
  int connect(int socket, @In byte[] address, int length);

  /** poll(2) on one {@code struct pollfd}: int descriptor, short asked for, short seen. */
  int poll(@In @Out ByteBuffer descriptors, long count, int milliseconds);

  /** send(2). */
  @ssize_t
  long send(int socket, @In byte[] bytes, @size_t long length, int flags);

  /** recv(2). */
  @ssize_t
  long recv(int socket, @Out byte[] bytes, @size_t long length, int flags);

  /** close(2). */
  int close(int descriptor);

  /** The library, loaded when it is first needed. */
  static LibC get() {
    return Loaded.LIBRARY;
  }

  /** errno of this thread's last call. */
  static int errno() {
    return Loaded.RUNTIME.getLastError();
  }

  /** Loads once. */
  final class Loaded {
    private static final LibC LIBRARY = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBRARY);

    private Loaded() {}
  }
}
