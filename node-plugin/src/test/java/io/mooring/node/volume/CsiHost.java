package io.mooring.node.volume;

import java.nio.file.Path;
import java.util.Map;

/** A node on a fake host, as the tests of the CSI adapter need it. */
public final class CsiHost implements AutoCloseable {
  private final NodeUnderTest node;

  public CsiHost(Path directory) {
    this.node = new NodeUnderTest(directory);
    NodeUnderTest.makeDirectory(node.staging());
  }

  public NodeVolumes volumes() {
    return node.volumes();
  }

  public String volumeId() {
    return NodeUnderTest.VOLUME.toString();
  }

  public long sizeBytes() {
    return NodeUnderTest.SIZE;
  }

  /** What the controller would send. */
  public Map<String, String> publishContext() {
    return Map.of(
        "wwid", NodeUnderTest.VOLUME.wwid().value(),
        "serial", NodeUnderTest.VOLUME.serial(),
        "sizeBytes", String.valueOf(NodeUnderTest.SIZE),
        "readOnly", "false",
        "targets",
            "[{\"iqn\":\"%s\",\"tpgt\":1,\"lun\":%d,\"portals\":[\"%s\",\"%s\"]}]"
                .formatted(NodeUnderTest.IQN, NodeUnderTest.LUN, NodeUnderTest.A, NodeUnderTest.B));
  }

  public boolean isClean() {
    return node.clean();
  }

  @Override
  public void close() {
    node.close();
  }
}
