package io.mooring.node.csi;

import io.grpc.Channel;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGrpc;
import java.util.List;
import java.util.function.Consumer;

/** What the kubelet asks a node plugin that it has found. */
public final class FirstQuestions {
  private FirstQuestions() {}

  public static List<Consumer<Channel>> ofKubelet() {
    return List.of(
        plugin -> {
          var _ =
              IdentityGrpc.newBlockingStub(plugin)
                  .getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
        },
        plugin -> {
          var _ =
              NodeGrpc.newBlockingStub(plugin).nodeGetInfo(NodeGetInfoRequest.getDefaultInstance());
        });
  }
}
