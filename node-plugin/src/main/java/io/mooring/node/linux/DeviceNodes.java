package io.mooring.node.linux;

import java.nio.file.Path;
import java.util.Optional;

/** Device nodes below {@code /dev} and where pods see them; looking at one does not open it. */
public interface DeviceNodes {
  /** The number of the block device that this path, links followed, is a node of. */
  Optional<DeviceNumber> at(Path path);
}
