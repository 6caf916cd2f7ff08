package io.mooring.node.csi;

import io.grpc.Channel;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGrpc;
import java.util.List;
import java.util.function.Function;

/** What the kubelet asks a node plugin that it has found. */
public final class FirstQuestions {
  private FirstQuestions() {}

  public static List<Function<Channel, ?>> ofKubelet() {
    return List.of(
        plugin ->
            IdentityGrpc.newBlockingStub(plugin)
                .getPluginInfo(GetPluginInfoRequest.getDefaultInstance()),
        plugin ->
            NodeGrpc.newBlockingStub(plugin).nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }
}
