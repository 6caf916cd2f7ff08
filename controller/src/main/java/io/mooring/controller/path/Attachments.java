package io.mooring.controller.path;

import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import java.util.List;

/** Where it is shown how the paths of attached volumes are. */
public interface Attachments extends AutoCloseable {
  /** Says to which nodes a volume may be attached. */
  interface Publications {
    /**
     * Whether the volume's storage host serves it to the node. Waits for the host.
     *
     * @throws Failure when that cannot be found out now
     */
    boolean publishedTo(VolumeId volume, String node);
  }

  /** The node has these volumes and no others, and is linked here. Never waits. */
  void report(String node, List<Attachment> all);

  /** The node is not linked here any more: another replica may speak of it. Never waits. */
  void left(String node);

  @Override
  void close();
}
