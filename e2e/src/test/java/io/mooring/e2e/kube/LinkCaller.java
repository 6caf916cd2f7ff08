package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.mooring.e2e.lab.guest.SocketForward;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Hello;
import io.mooring.link.v1.NodeLinkGrpc;
import io.mooring.link.v1.NodeMessage;
import io.mooring.runtime.process.Version;
import io.mooring.runtime.rpc.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Somebody who reaches NodeLink as a node plugin does, with whatever token it has got hold of. */
final class LinkCaller {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SERVER_NAME = "mooring-controller";
  private static final int PORT = 9758;
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(40);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final KubeLab lab;
  private final Path authority;

  /**
   * @param authority by which it knows the controller
   */
  LinkCaller(KubeLab lab, Path authority) {
    this.lab = requireNonNull(lab, "lab is null");
    this.authority = requireNonNull(authority, "authority is null");
  }

  /**
   * What the leader answers to the hello of that node: {@code welcome}, or a code and a sentence.
   *
   * @param token empty for none
   */
  String hello(String nodeId, String token) {
    // Which replica leads may change, and a token be checked at a bad moment: that is no answer.
    return KubeLab.await(
        "an answer of the controller that leads",
        PATIENCE,
        () -> once(nodeId, token),
        answer -> !answer.startsWith("FAILED_PRECONDITION") && !answer.startsWith("UNAVAILABLE"));
  }

  private String once(String nodeId, String token) {
    try (SocketForward forward = lab.node(1).vm().shell().forwardTcp(leaderAddress(), PORT)) {
      ManagedChannel channel =
          Channels.tls("127.0.0.1:" + forward.address().getPort(), authority, SERVER_NAME);
      try {
        return answer(channel, nodeId, token);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static String answer(ManagedChannel channel, String nodeId, String token) {
    Metadata metadata = new Metadata();
    if (!token.isEmpty()) {
      metadata.put(HEADER, "Bearer " + token);
    }
    Answer answer = new Answer();
    StreamObserver<NodeMessage> up =
        NodeLinkGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
            .link(answer);
    up.onNext(
        NodeMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setNodeId(nodeId)
                    .setBootId("none")
                    .setVersion(Version.current()))
            .build());
    return answer
        .first
        .completeOnTimeout("no answer", ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private String leaderAddress() {
    String inNamespace = "--namespace=" + MooringRelease.NAMESPACE;
    String leader =
        lab.kubectl()
            .check(
                "get",
                "lease",
                "mooring-controller",
                inNamespace,
                "-o=jsonpath={.spec.holderIdentity}");
    return lab.kubectl().check("get", "pod", leader, inNamespace, "-o=jsonpath={.status.podIP}");
  }

  /** The first thing that is heard. */
  private static final class Answer implements StreamObserver<ControllerMessage> {
    private final CompletableFuture<String> first = new CompletableFuture<>();

    @Override
    public void onNext(ControllerMessage message) {
      first.complete(message.hasWelcome() ? "welcome" : "another message");
    }

    @Override
    public void onError(Throwable thrown) {
      Status status = Status.fromThrowable(thrown);
      first.complete(status.getCode() + ": " + status.getDescription());
    }

    @Override
    public void onCompleted() {
      first.complete("an end");
    }
  }
}
