package io.mooring.runtime.rpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** One thread each for the sockets of a server or a channel: the work is done elsewhere. */
final class EventLoops {
  private EventLoops() {}

  static EventLoopGroup start(String threadName) {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(threadName, true), NioIoHandler.newFactory());
  }

  /** Lets the thread end; waits for nothing, since it is a daemon. */
  static void end(EventLoopGroup loop) {
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
