package io.mooring.runtime.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A channel that tries to connect again with each call. By itself gRPC waits up to two minutes
 * between attempts once a server was away, and fails all calls in between: a storage host that has
 * come back would look dead for that long.
 */
final class ReachingChannel extends ManagedChannel {
  private final ManagedChannel channel;
  private final Runnable release;
  private final AtomicBoolean ending = new AtomicBoolean();

  /**
   * @param release runs once the channel has ended
   */
  ReachingChannel(ManagedChannel channel, Runnable release) {
    this.channel = channel;
    this.release = release;
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return channel.newCall(method, options);
  }

  @Override
  public String authority() {
    return channel.authority();
  }

  @Override
  public ManagedChannel shutdown() {
    channel.shutdown();
    releaseAtTheEnd();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    channel.shutdownNow();
    releaseAtTheEnd();
    return this;
  }

  private void releaseAtTheEnd() {
    if (ending.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("rpc-channel-end")
          .start(() -> {
            try {
              channel.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } finally {
              release.run();
            }
          });
    }
  }

  @Override
  public boolean isShutdown() {
    return channel.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return channel.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return channel.awaitTermination(timeout, unit);
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    return channel.getState(requestConnection);
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
    channel.notifyWhenStateChanged(source, callback);
  }

  @Override
  public void resetConnectBackoff() {
    channel.resetConnectBackoff();
  }

  @Override
  public void enterIdle() {
    channel.enterIdle();
  }
}
